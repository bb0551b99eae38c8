namespace DLedger.Host;

/// <summary>
/// Sums the time in which nothing came back although something was waiting. A healthy group answers within milliseconds, so a gap above the threshold
/// is a group that has no leader, or one that cannot reach a quorum: the two look the same from outside.
/// </summary>
internal sealed class StallClock(TimeProvider time)
{
    /// <summary>An answer this late is no longer a slow disk, but not yet an election (300 ms and more).</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMilliseconds(250);

    private long _last = time.GetTimestamp();

    public TimeSpan Total { get; private set; }

    /// <summary>Something begins to wait while nothing else did.</summary>
    public void Begin() => _last = time.GetTimestamp();

    /// <summary>Something was committed.</summary>
    public void Progress()
    {
        var now = time.GetTimestamp();
        var gap = time.GetElapsedTime(_last, now);
        if (gap >= Threshold) Total += gap;
        _last = now;
    }
}
