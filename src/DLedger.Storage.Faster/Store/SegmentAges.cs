namespace DLedger.Storage.Faster;

/// <summary>When each segment was filled, for retention by age. Thread-safe.</summary>
internal sealed class SegmentAges(WalGeometry geometry, TimeProvider time, IEnumerable<(long Segment, long FilledAtMs)> known, long end)
{
    private readonly Lock _gate = new();

    /// <summary>Oldest first, without a gap up to the one that is being filled.</summary>
    private readonly List<(long Segment, long FilledAtMs)> _filled = [.. known];

    private long _current = geometry.SegmentOf(end);

    /// <summary>The log goes up to here now. Called with every frame: costs a comparison, except at a new segment.</summary>
    public void GoneTo(long end)
    {
        var segment = geometry.SegmentOf(end - 1);
        if (segment == Volatile.Read(ref _current)) return;
        lock (_gate)
        {
            for (; _current < segment; _current++) _filled.Add((_current, time.GetUtcNow().ToUnixTimeMilliseconds()));
        }
    }

    /// <summary>The oldest segment that was not filled that long ago; null if all were filled later.</summary>
    public long? OldestWithin(TimeSpan age)
    {
        var since = (time.GetUtcNow() - age).ToUnixTimeMilliseconds();
        long? oldest = null;
        lock (_gate)
        {
            foreach (var (segment, filledAtMs) in _filled)
            {
                if (filledAtMs < since) oldest = segment + 1;
            }
        }

        return oldest;
    }

    public void ForgetBelow(long segment)
    {
        lock (_gate) _filled.RemoveAll(filled => filled.Segment < segment);
    }

    public (long Segment, long FilledAtMs)[] All()
    {
        lock (_gate) return [.. _filled];
    }
}
