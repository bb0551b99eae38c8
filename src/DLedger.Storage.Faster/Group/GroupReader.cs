using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The reading side of a group's log, for any thread: recent batches from memory, older ones from the segments, checked again (SAFETY 26). Looks at
/// what the writing side keeps, under its lock, for moments only.
/// </summary>
internal sealed class GroupReader(Lock gate, GroupState state, BatchCache cache, SegmentSet segments, StoreReporter reporter) : ILogReader
{
    /// <summary>How much is read at a time to find one entry: about what lies between two points of the index.</summary>
    private const int FindBytes = 64 * 1024;

    private bool _closed;

    public Tail Base
    {
        get
        {
            lock (gate) return state.Base.Tail;
        }
    }

    /// <summary>Nothing can be read from now on: the files are about to be closed. Called under the lock.</summary>
    public void Close() => _closed = true;

    public ReadOutcome Read(LogIndex from, int bytesMax, List<Batch> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var firstAdded = into.Count;
        long bytes = 0;
        long version = -1;
        while (true)
        {
            IndexPoint start;
            LogIndex last;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                // What was read so far belongs together; what follows in a log that has changed since may not follow it.
                if (into.Count > firstAdded && (version != state.Version || from > state.Tail.Index)) return ReadOutcome.Found;
                if (from <= state.Base.Index) return ReadOutcome.BelowBase;
                if (from > state.Tail.Index) return ReadOutcome.AboveTail;
                if (cache.TryGet(from, out _))
                {
                    TakeCached(from, bytesMax - bytes, into, firstAdded);
                    return ReadOutcome.Found;
                }

                version = state.Version;
                (start, last) = RunOf(from);
            }

            // Not in the cache, so it is flushed, and its bytes never change: what may change meanwhile is whether they still belong to the log.
            var before = into.Count;
            if (!TryReadRun(start, from, last, bytesMax - bytes, into, firstAdded, version))
            {
                into.RemoveRange(before, into.Count - before);
                continue;
            }

            for (var i = before; i < into.Count; i++) bytes += into[i].Encoded.Length;
            from = into[^1].Index.Next;
            if (from <= last) return ReadOutcome.Found;
        }
    }

    public LogIndex? Find(EntryIndex entry)
    {
        LogIndex at;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (entry < state.Base.Tail.NextEntry || entry >= state.Tail.NextEntry) return null;
            if (cache.Find(entry) is { } cached) return cached.Index;
            at = new LogIndex(state.Index[state.Index.LastByEntry(entry.Value)].LogIndex);
        }

        var batches = new List<Batch>();
        while (Read(at, FindBytes, batches) == ReadOutcome.Found)
        {
            foreach (var batch in batches)
            {
                if (batch.FirstEntry <= entry && batch.Tail.NextEntry > entry) return batch.Index;
                if (batch.FirstEntry > entry) return null;
            }

            at = batches[^1].Index.Next;
            batches.Clear();
        }

        // Truncated or retired while we looked.
        return null;
    }

    public LogPoint? PointAt(LogIndex index)
    {
        lock (gate) return state.Terms.TermAt(index) is { } term ? new LogPoint(index, term) : null;
    }

    private void TakeCached(LogIndex from, long bytesLeft, List<Batch> into, int firstAdded)
    {
        for (; cache.TryGet(from, out var batch); from = from.Next)
        {
            bytesLeft -= batch.Encoded.Length;
            if (bytesLeft < 0 && into.Count > firstAdded) return;
            into.Add(batch);
        }
    }

    /// <summary>
    /// The point from which a batch is reached, and the last batch that is reached from there: the next point's predecessor, or the last one that is
    /// not cached.
    /// </summary>
    private (IndexPoint Start, LogIndex Last) RunOf(LogIndex from)
    {
        var position = state.Index.LastAtOrBelow(from.Value);
        Invariant.Holds(position >= 0, $"The index knows where batch {from} is.");
        var last = cache.IsEmpty ? state.Tail.Index : cache.First.Previous;
        if (position + 1 < state.Index.Count) last = LogIndex.Min(last, new LogIndex(state.Index[position + 1].LogIndex - 1));
        return (state.Index[position], last);
    }

    /// <summary>False if the log changed under the read, which then starts again.</summary>
    private bool TryReadRun(IndexPoint start, LogIndex from, LogIndex last, long bytesMax, List<Batch> into, int firstAdded, long version)
    {
        try
        {
            ReadRun(start, from, last, bytesMax, into, firstAdded);
            return IsCurrent(version);
        }
        catch (StoreDamagedException damage)
        {
            if (!IsCurrent(version)) return false;
            reporter.Failed(damage.Message);
            throw;
        }
        catch (NoDescriptorException error)
        {
            throw new StoreBusyException($"Reading the log has to wait: {error.Message}", error);
        }
        catch (IOException error)
        {
            if (!IsCurrent(version)) return false;
            var reason = $"Reading the log failed: {error.Message}";
            reporter.Failed(reason);
            throw new StoreException(reason, error);
        }
    }

    /// <summary>Reads up to the last batch of the run, or until the next one would be too many bytes; the first one of a read always fits.</summary>
    private void ReadRun(IndexPoint start, LogIndex from, LogIndex last, long bytesLeft, List<Batch> into, int firstAdded)
    {
        using var window = new FrameWindow(segments);
        var address = start.Address;
        for (var index = new LogIndex(start.LogIndex); index <= last;)
        {
            var frame = window.Next(address);
            address = frame.EndsAt;
            if (frame.Kind != FrameKind.Batch || frame.Group != StoreIdentity.GroupNumber) continue;
            if (index >= from)
            {
                bytesLeft -= frame.PayloadBytes;
                if (bytesLeft < 0 && into.Count > firstAdded) return;
                var batch = window.BatchOf(frame);
                if (batch.Index != index) throw segments.Damaged(frame.Address, $"batch {batch.Index} instead of {index}");
                into.Add(batch);
            }

            index = index.Next;
        }
    }

    private bool IsCurrent(long version)
    {
        lock (gate) return state.Version == version;
    }
}
