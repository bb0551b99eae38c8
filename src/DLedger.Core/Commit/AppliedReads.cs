namespace DLedger.Core;

/// <summary>
/// Reads that wait until enough is applied here (SAFETY 77): up to the read index, or up to an entry that the reader has heard of. No longer than
/// their deadlines; how many there are is bounded by whoever lets them in.
/// </summary>
/// <typeparam name="TRead">A read.</typeparam>
internal sealed class AppliedReads<TRead>
{
    /// <summary>By the batch that has to be applied.</summary>
    private readonly PriorityQueue<(TRead Read, TimeSpan Deadline), long> _byBatch = new();

    /// <summary>By the entry that has to be applied.</summary>
    private readonly PriorityQueue<(TRead Read, TimeSpan Deadline), long> _byEntry = new();

    public int Count => _byBatch.Count + _byEntry.Count;

    /// <summary>Whether the number of the next entry is of interest at all.</summary>
    public bool WaitsForEntries => _byEntry.Count > 0;

    public void Add(TRead read, ReadPoint point, TimeSpan deadline)
    {
        if (point.Entry is { } entry) _byEntry.Enqueue((read, deadline), entry.Value);
        else _byBatch.Enqueue((read, deadline), point.Batch.Value);
    }

    /// <summary>Takes the next read that may be served.</summary>
    /// <param name="applied">The last batch that is applied.</param>
    /// <param name="next">The entry that comes next.</param>
    /// <param name="read">It.</param>
    public bool TryTake(LogIndex applied, EntryIndex next, out TRead read) =>
        TryTake(_byBatch, applied.Value, out read) || TryTake(_byEntry, next.Value - 1, out read);

    /// <summary>Takes the reads that have waited too long.</summary>
    public IReadOnlyList<TRead> TakeExpired(TimeSpan now)
    {
        if (Count == 0) return [];
        List<TRead> expired = [];
        TakeExpired(_byBatch, now, expired);
        TakeExpired(_byEntry, now, expired);
        return expired;
    }

    /// <summary>Takes everything that waits.</summary>
    public IReadOnlyList<TRead> TakeAll() => TakeExpired(TimeSpan.MaxValue);

    private static bool TryTake(PriorityQueue<(TRead Read, TimeSpan Deadline), long> reads, long applied, out TRead read)
    {
        read = default!;
        if (!reads.TryPeek(out var next, out var needed) || needed > applied) return false;
        read = next.Read;
        reads.Dequeue();
        return true;
    }

    private static void TakeExpired(PriorityQueue<(TRead Read, TimeSpan Deadline), long> reads, TimeSpan now, List<TRead> expired)
    {
        List<((TRead Read, TimeSpan Deadline) Waiting, long Needed)> left = [];
        foreach (var (waiting, needed) in reads.UnorderedItems)
        {
            if (waiting.Deadline <= now) expired.Add(waiting.Read);
            else left.Add((waiting, needed));
        }

        if (left.Count == reads.Count) return;
        reads.Clear();
        reads.EnqueueRange(left);
    }
}
