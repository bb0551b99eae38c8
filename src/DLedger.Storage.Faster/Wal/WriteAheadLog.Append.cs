using DLedger.Core;
using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>Giving frames to FASTER.</summary>
internal sealed partial class WriteAheadLog
{
    private long _sequence;
    private long _lastFrame;
    private long _tail;
    private bool _lastWasMark;
    private long _lastWriteAt;

    /// <summary>Where the log jumped to the next page, not yet known to be flushed: the page, and the end of the last frame before it.</summary>
    private readonly Queue<(long Page, long LastEnd)> _jumps = [];

    public long TailAddress => Volatile.Read(ref _tail);

    public WalEnd End
    {
        get
        {
            lock (_gate) return new WalEnd(_tail, _lastFrame, _sequence);
        }
    }

    /// <summary>
    /// Writes one frame into FASTER's memory. Never blocks, never waits for the disk; the payload's bytes are copied. The caller, once it holds no
    /// lock any more, passes the outcome on to <see cref="PlaceCompleted"/>.
    /// </summary>
    /// <param name="mayUseReserve">Control records may use the space that entries must leave (SAFETY 27).</param>
    /// <param name="failure">Why the store failed just now; null if it did not.</param>
    public WriteOutcome TryPlace(
        FrameKind kind, uint group, ReadOnlyMemory<byte> payload, uint payloadCrc, bool mayUseReserve, out long address, out long endsAt,
        out string? failure)
    {
        failure = null;
        address = endsAt = 0;
        lock (_gate)
        {
            if (_closed || _reporter.HasFailed) return WriteOutcome.Failed;
            var size = Frame.SizeOf(payload.Length);
            // The frame names its own address, which FASTER tells only afterwards. Frames are written under this lock alone, so the place is known
            // before.
            var place = _geometry.PlaceOf(_log.TailAddress, size);
            if (place + size > _segments.AllocatedEnd - (mayUseReserve ? 0 : _settings.ReserveBytes))
            {
                _refusedForSpace = true;
                // Filled faster than the disk makes room is no full disk.
                return SpaceIsComing ? WriteOutcome.SpaceIsComing : WriteOutcome.DiskFull;
            }

            var frame = new Frame(kind, payload.Length, place, _sequence + 1, FlushedFrames(), _incarnation, group, payloadCrc);
            try
            {
                if (!_log.TryEnqueue(new FrameRecord(frame, payload), out address)) return WriteOutcome.BufferFull;
            }
            catch (FasterException error)
            {
                failure = $"Appending to the log failed: {error.Message}";
                return WriteOutcome.Failed;
            }

            Invariant.Holds(address == place, $"FASTER put a frame at {address} instead of {place}.");
            if (place != _tail) _jumps.Enqueue((place, _tail));
            endsAt = frame.EndsAt;
            _sequence++;
            _lastFrame = place;
            _lastWasMark = kind == FrameKind.Mark;
            _lastWriteAt = _time.GetTimestamp();
            Volatile.Write(ref _tail, endsAt);
            return WriteOutcome.Accepted;
        }
    }

    /// <summary>Wakes the disk for what was placed, and says what went wrong.</summary>
    public void PlaceCompleted(WriteOutcome outcome, string? failure)
    {
        if (outcome == WriteOutcome.Accepted) _device.Kick();
        if (failure is not null) _reporter.Failed(failure);
        if (outcome is WriteOutcome.DiskFull or WriteOutcome.SpaceIsComing || WantsSpace) _wakeHousekeeper();
    }

    /// <summary>
    /// The end of the last frame that is flushed. FASTER's own address may lie behind it, at the end of a page that a frame did not fit: a scan that
    /// stopped at the last frame would take the gap for something that was flushed and is gone.
    /// </summary>
    private long FlushedFrames()
    {
        var flushed = FlushedTo;
        if (flushed >= _tail) return _tail;
        while (_jumps.TryPeek(out var jump) && jump.Page < flushed) _jumps.Dequeue();
        return _jumps.TryPeek(out var next) && flushed > next.LastEnd ? next.LastEnd : flushed;
    }

    private WriteOutcome TryMark(bool mayUseReserve)
    {
        var outcome = TryPlace(FrameKind.Mark, 0, default, Crc32C.Of([]), mayUseReserve, out _, out _, out var failure);
        PlaceCompleted(outcome, failure);
        return outcome;
    }
}
