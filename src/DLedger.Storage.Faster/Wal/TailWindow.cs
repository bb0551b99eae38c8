namespace DLedger.Storage.Faster;

/// <summary>
/// What the file system has of the log around its tail: zeros ahead of it, and behind it a bounded part of the page cache. Neither matters to what
/// the log holds. Used by one thread.
/// </summary>
/// <param name="segments">The files.</param>
/// <param name="zeroBytes">How far zeros are written ahead; a power of two, or 0 for none.</param>
/// <param name="cachedBytes">How much behind the tail stays in the page cache, at least; 0 leaves all of it to the operating system.</param>
internal sealed class TailWindow(SegmentSet segments, int zeroBytes, long cachedBytes)
{
    /// <summary>Rounds above this share of what is zeroed at a time pay more for the zeros than for the journal.</summary>
    private const int SmallShare = 8;

    private const int FilePageBytes = 4 << 10;
    private const long UncacheBytes = 4 << 20;

    private static readonly byte[] s_zeros = new byte[1 << 20];

    private long _end;
    private long _zeroedTo;
    private long _uncachedTo;

    /// <summary>
    /// To be called between the writes of a round and their sync. Small writes go where zeros were written before: a sync of space that was only
    /// allocated waits for the file system's journal too, and zeros make it do so once for all of them.
    /// </summary>
    /// <param name="end">Where the round's last write ends.</param>
    /// <param name="bytes">What the round wrote.</param>
    public void ZeroAhead(long end, long bytes)
    {
        // Nothing that was ever written is overwritten: a round may fill in before the end of an earlier one.
        _end = Math.Max(_end, end);
        if (_end <= _zeroedTo || bytes > zeroBytes / SmallShare) return;
        var from = (_end + FilePageBytes - 1) & -FilePageBytes;
        var segmentEnd = (segments.Geometry.SegmentOf(end - 1) + 1) * segments.Geometry.SegmentBytes;
        var to = Math.Min((from + zeroBytes) & -zeroBytes, Math.Min(segmentEnd, segments.AllocatedEnd));
        for (var at = from; at < to; at += s_zeros.Length) segments.Write(at, s_zeros.AsSpan(0, (int)Math.Min(s_zeros.Length, to - at)));
        _zeroedTo = Math.Max(_end, to);
    }

    /// <summary>To be called after a sync: what is well behind the tail need not stay in memory.</summary>
    public void UncacheBehind()
    {
        var to = _end - cachedBytes;
        if (cachedBytes == 0 || to - _uncachedTo < UncacheBytes) return;
        // After opening, what earlier lives wrote is left as it is.
        var from = _uncachedTo == 0 ? to - UncacheBytes : _uncachedTo;
        _uncachedTo = to;
        try
        {
            segments.Uncache(Math.Max(0, from), to);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Retention may just have taken that segment, or no handle be left for it. It was advice: the log itself is on disk, and its own errors
            // are told by its writes.
        }
    }
}
