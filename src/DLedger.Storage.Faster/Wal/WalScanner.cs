using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// Reads the log frame by frame before FASTER sees it, finds its end, and tells a torn tail from damage (SAFETY 21). Reads only.
/// </summary>
/// <remarks>
/// The end is where the envelope, its CRC, its own address, the sequence or the batch's CRC fails, or the incarnation falls. FASTER leaves the rest
/// of a page as it is when a frame does not fit it: a zero length means "look at the next page", and the sequence number says whether a frame is
/// missing in between.
/// </remarks>
internal sealed class WalScanner
{
    private readonly SegmentSet _segments;
    private readonly WalGeometry _geometry;
    private readonly uint _newestIncarnation;
    private readonly byte[] _page;
    private long _pageStart = -1;

    /// <param name="start">
    /// A known end to go on from: what a checkpoint says, or the beginning; a last sequence of -1 takes the first frame's as it is.
    /// </param>
    /// <param name="startIncarnation">
    /// Who wrote up to the start, 0 if unknown: what follows can be of no earlier one, or it is left over from a tail that was cut.
    /// </param>
    /// <param name="newestIncarnation">No frame can be of a later one.</param>
    public WalScanner(SegmentSet segments, WalEnd start, uint startIncarnation, uint newestIncarnation)
    {
        _segments = segments;
        _geometry = segments.Geometry;
        Incarnation = startIncarnation;
        _newestIncarnation = newestIncarnation;
        _page = GC.AllocateUninitializedArray<byte>(_geometry.PageBytes);
        End = StoppedAt = start.Address;
        LastFrame = start.LastFrame;
        LastSequence = start.LastSequence;
    }

    /// <summary>The first byte behind the last good frame.</summary>
    public long End { get; private set; }

    public long LastFrame { get; private set; }

    public long LastSequence { get; private set; }

    /// <summary>Everything below was flushed, by the word of a good frame.</summary>
    public long ProvenFlushed { get; private set; }

    /// <summary>Where the next good frame should have been: <see cref="End"/>, or the page behind it.</summary>
    public long StoppedAt { get; private set; }

    /// <summary>What was there instead.</summary>
    public string StopReason { get; private set; } = "the log ends";

    /// <summary>From <see cref="End"/> to the last byte behind it that is not zero; known after <see cref="RefuseDamage"/>.</summary>
    public long TornBytes { get; private set; }

    private uint Incarnation { get; set; }

    /// <summary>
    /// Takes the next frame; false at the end of the log. The payload is valid until the next call; a batch is decoded and checked.
    /// </summary>
    public bool TryNext(out Frame frame, out Batch? batch, out ReadOnlyMemory<byte> payload)
    {
        if (TryTake(End, out frame, out batch, out payload)) return true;
        // Only where FASTER may have left the rest of a page does the log go on elsewhere.
        if (_geometry.HasRoomForFrame(End) && (End == _geometry.PageStart(End) || LengthAt(End) != 0)) return false;
        var reason = StopReason;
        var next = _geometry.NextPage(End);
        if (TryTake(next, out frame, out batch, out payload)) return true;

        // Should this turn out to be damage: where is it? A good frame of a later number on the next page says that frames are missing here, before
        // it. A page of nothing but zeros is never written. Otherwise what starts the next page is to blame, if anything does.
        var nextIsGood = Frame.TryDecodeRecord(RecordAt(next).Span, next, out var beyond) && beyond.Sequence != LastSequence + 1;
        var nextIsZeros = _page.AsSpan().IndexOfAnyExcept((byte)0) < 0;
        if (nextIsGood || (LengthAt(next) == 0 && !nextIsZeros)) (StoppedAt, StopReason) = (End, reason);
        return false;
    }

    /// <summary>
    /// Looks behind the end for an intact frame that says that the end was flushed: then what stopped the scan is damage, not a torn tail. Throws
    /// <see cref="StoreDamagedException"/> for it.
    /// </summary>
    /// <param name="until">The first address behind all segments that are there.</param>
    /// <param name="provenByOthers">What a checkpoint says was flushed.</param>
    /// <param name="sameRun">The opening since which the machine has not stopped: then only a process can have died.</param>
    public void RefuseDamage(long until, long provenByOthers, LastOpening? sameRun)
    {
        long writtenTo = 0;
        var isWrittenBehindNoLength = false;
        if (provenByOthers > End)
            throw _segments.Damaged(StoppedAt, $"{StopReason}, but a checkpoint says that the log was flushed up to {provenByOthers}");
        for (var page = _geometry.PageStart(End); page < until; page += _geometry.PageBytes)
        {
            Load(page);
            var last = _page.AsSpan().LastIndexOfAnyExcept((byte)0);
            if (last < 0) continue;
            TornBytes = Math.Max(TornBytes, page + last + 1 - End);
            if (sameRun is not null && page + last >= Math.Max(StoppedAt, sameRun.CleanFrom)) writtenTo = Math.Max(writtenTo, page + last + 1);
            isWrittenBehindNoLength |= sameRun is not null && IsSkipped(page + last) && page + last >= sameRun.CleanFrom;
            for (var at = (int)Math.Max(0, End - page); at < _page.Length;)
            {
                var found = _page.AsSpan(at).IndexOf(Frame.MagicBytes);
                if (found < 0) break;
                at += found;
                if (at >= Frame.FasterHeaderBytes && Frame.TryDecode(_page.AsSpan(at), page + at - Frame.FasterHeaderBytes, out var witness))
                {
                    if (witness.FlushedTo > End)
                        throw _segments.Damaged(
                            StoppedAt, $"{StopReason}, but the frame at {witness.Address} says that the log was flushed up to {witness.FlushedTo}");
                    if (sameRun is not null && witness.Incarnation >= _newestIncarnation)
                    {
                        writtenTo = Math.Max(writtenTo, page + at + Frame.EnvelopeBytes);
                        isWrittenBehindNoLength |= IsSkipped(page + at);
                    }
                }

                at++;
            }
        }

        if (isWrittenBehindNoLength)
            throw _segments.Damaged(
                End,
                "no length of a frame, but the log was written behind it and the machine has run ever since: what begins a frame is written first");
        if (writtenTo > StoppedAt && !CanEndUnfinished(writtenTo))
            throw _segments.Damaged(
                StoppedAt,
                $"{StopReason}, but the log was written up to {writtenTo} and the machine has run ever since: a process that is killed takes "
                + $"nothing back");
    }

    /// <summary>Whether the scan took this for the rest of a page that nobody writes to, because of a length of zero before it.</summary>
    private bool IsSkipped(long address) => address >= End && address < StoppedAt;

    /// <summary>
    /// Whether a process that was killed while it wrote can have left this behind. The log is written in the order of its addresses, so what was not
    /// finished is the frame at which the scan stopped, and it lacks whole sectors at its end.
    /// </summary>
    private bool CanEndUnfinished(long writtenTo)
    {
        const int sector = GroupSyncDevice.SectorBytes;
        var cut = (writtenTo + sector - 1) / sector * sector;
        Load(_geometry.PageStart(StoppedAt));
        return _geometry.HasRoomForFrame(StoppedAt) && Frame.TryDecode(RecordAt(StoppedAt).Span[Frame.FasterHeaderBytes..], StoppedAt, out var begun)
            && begun.Incarnation >= _newestIncarnation
            ? cut < StoppedAt + Frame.OverheadBytes + begun.PayloadBytes
            : cut < StoppedAt + Frame.OverheadBytes;
    }

    /// <summary>A frame that should be here, for the last one before a checkpoint.</summary>
    public bool IsIntact(long address, long sequence, long endsAt)
    {
        Load(_geometry.PageStart(address));
        return Frame.TryDecodeRecord(RecordAt(address).Span, address, out var frame)
            && frame.Sequence == sequence && frame.EndsAt == endsAt
            && (frame.Kind != FrameKind.Batch || Batch.TryDecode(RecordAt(address).Slice(Frame.OverheadBytes, frame.PayloadBytes), out _));
    }

    private bool TryTake(long address, out Frame frame, out Batch? batch, out ReadOnlyMemory<byte> payload)
    {
        batch = null;
        payload = default;
        Load(_geometry.PageStart(address));
        var record = RecordAt(address);
        if (!Frame.TryDecodeRecord(record.Span, address, out frame)) return Stop(address, "no intact frame");
        if (LastSequence >= 0 && frame.Sequence != LastSequence + 1)
            return Stop(address, $"a frame with sequence number {frame.Sequence} instead of {LastSequence + 1}");
        if (frame.Incarnation < Incarnation) return Stop(address, $"a frame of incarnation {frame.Incarnation} behind one of {Incarnation}");
        if (frame.Incarnation > _newestIncarnation)
            throw _segments.Damaged(address, $"a frame of incarnation {frame.Incarnation}, while {WalMeta.FileName} knows {_newestIncarnation}");
        payload = record.Slice(Frame.OverheadBytes, frame.PayloadBytes);
        if (frame.Kind == FrameKind.Batch && !Batch.TryDecode(payload, out batch)) return Stop(address, "a batch whose checksum does not hold");
        LastFrame = address;
        LastSequence = frame.Sequence;
        Incarnation = frame.Incarnation;
        End = StoppedAt = frame.EndsAt;
        ProvenFlushed = Math.Max(ProvenFlushed, frame.FlushedTo);
        return true;
    }

    private bool Stop(long address, string reason)
    {
        StoppedAt = address;
        StopReason = reason;
        return false;
    }

    private int LengthAt(long address)
    {
        Load(_geometry.PageStart(address));
        return BinaryPrimitives.ReadInt32LittleEndian(RecordAt(address).Span);
    }

    private ReadOnlyMemory<byte> RecordAt(long address) => _page.AsMemory((int)(address - _pageStart));

    /// <summary>
    /// Brings a page into memory. What is not there, a short file or none, reads as zeros: the lengths of the files are checked elsewhere.
    /// </summary>
    private void Load(long pageStart)
    {
        if (_pageStart == pageStart) return;
        _pageStart = pageStart;
        int read;
        try
        {
            read = _segments.Read(pageStart, _page);
        }
        catch (FileNotFoundException)
        {
            read = 0;
        }

        _page.AsSpan(read).Clear();
    }
}
