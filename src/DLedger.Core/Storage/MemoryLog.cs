namespace DLedger.Core;

/// <summary>
/// A group's log in memory: the live batches in order, nothing else. One owner writes, anyone reads; the lock is held for a few copies only. A write
/// is flushed when it returns, and the listener hears of it on the owner's thread.
/// </summary>
internal sealed class MemoryLog : ILogWriter, ILogReader
{
    /// <summary>What a truncate or reset takes in the write-ahead log that a disk would have.</summary>
    private const int ControlBytes = Batch.HeaderBytes;

    private readonly Lock _gate = new();
    private readonly IStoreListener _listener;
    private readonly MemoryLogLimits _limits;

    /// <summary>Live batches; those before <see cref="_dropped"/> are gone and null.</summary>
    private readonly List<Batch?> _batches;

    private int _dropped;
    private LogBase _base;
    private LogBase? _checkpoint;
    private long _liveBytes;
    private long _walEnd;
    private volatile bool _closed;
    private bool _ranFull;

    public MemoryLog(MemoryLogLimits limits, IStoreListener listener)
        : this(limits, listener, [], LogBase.Empty, new TermTable(LogPoint.Origin))
    {
    }

    private MemoryLog(MemoryLogLimits limits, IStoreListener listener, List<Batch?> batches, LogBase basis, TermTable terms)
    {
        _limits = limits;
        _listener = listener;
        _batches = batches;
        _base = basis;
        Tail = basis.Tail;
        Terms = terms;
    }

    public LogBase Base
    {
        get
        {
            lock (_gate) return _base;
        }
    }

    Tail ILogReader.Base => Base.Tail;

    public Tail Tail { get; private set; }

    public TermTable Terms { get; }

    public long FreeBytes => Math.Max(0, _limits.BytesMax - _limits.ReserveBytes - _liveBytes);

    public int MaxBatchBytes => _limits.BatchBytesMax;

    public int MaxPrefixBytes => LogBase.PrefixBytesMax;

    /// <summary>The last checkpoint, as long as what it is of is in the log.</summary>
    public LogBase? Checkpoint => _checkpoint is { } kept && kept.Index >= Base.Index && Terms.Contains(kept.Point) ? kept : null;

    private int Count => _batches.Count - _dropped;

    /// <summary>The content of a closed log for another owner.</summary>
    public MemoryLog Reopened(IStoreListener listener)
    {
        lock (_gate)
        {
            Invariant.Holds(_closed, "A log has one owner at a time.");
            return new MemoryLog(_limits, listener, _batches, _base, Terms)
            {
                Tail = Tail,
                _dropped = _dropped,
                _liveBytes = _liveBytes,
                _walEnd = _walEnd,
                _checkpoint = _checkpoint,
            };
        }
    }

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        ArgumentNullException.ThrowIfNull(batch);
        endsAt = default;
        if (_closed) return WriteOutcome.Failed;
        var bytes = batch.Encoded.Length;
        Invariant.Holds(bytes <= MaxBatchBytes, $"{batch} has {bytes} bytes; the store takes {MaxBatchBytes}.");
        Invariant.Holds(batch.Index > _base.Index && batch.Index <= Tail.Index.Next, $"{batch} leaves a gap: the log is from {_base} to {Tail}.");
        var keep = Count - (int)(Tail.Index.Value - batch.Index.Value + 1);
        var previous = keep == 0 ? _base.Tail : At(keep - 1).Tail;
        Invariant.Holds(batch.Follows(previous), $"{batch} cannot follow {previous}.");

        // Like a disk, a full log takes nothing, not even what would supersede more than it adds.
        var reserve = batch.Kind == BatchKind.Entries ? _limits.ReserveBytes : 0;
        if (_liveBytes + bytes > _limits.BytesMax - reserve)
        {
            _ranFull = true;
            return WriteOutcome.DiskFull;
        }

        lock (_gate)
        {
            DropFrom(keep);
            _batches.Add(batch);
            _liveBytes += bytes;
            Tail = batch.Tail;
        }

        Terms.TruncateAfter(previous.Index);
        Terms.Append(batch.Point);
        endsAt = Report(bytes);
        return WriteOutcome.Accepted;
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        endsAt = default;
        if (_closed) return WriteOutcome.Failed;
        Invariant.Holds(last >= _base.Index && last <= Tail.Index, $"Cannot truncate after {last}: the log is from {_base} to {Tail}.");
        lock (_gate)
        {
            DropFrom((int)(last.Value - _base.Index.Value));
            Tail = Count == 0 ? _base.Tail : At(Count - 1).Tail;
        }

        Terms.TruncateAfter(last);
        endsAt = Report(ControlBytes);
        return WriteOutcome.Accepted;
    }

    public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt)
    {
        endsAt = default;
        if (_closed) return WriteOutcome.Failed;
        lock (_gate)
        {
            _batches.Clear();
            _dropped = 0;
            _liveBytes = 0;
            _base = newBase;
            Tail = newBase.Tail;
        }

        Terms.Reset(newBase.Point);
        endsAt = Report(ControlBytes);
        return WriteOutcome.Accepted;
    }

    public Tail? FindNewBase(LogIndex committed)
    {
        if (_closed || _limits.RetentionBytes == 0) return null;
        lock (_gate)
        {
            var left = _liveBytes;
            Tail? found = null;
            for (var i = 0; i < Count && At(i).Index < committed; i++)
            {
                left -= At(i).Encoded.Length;
                if (left < _limits.RetentionBytes) break;
                found = At(i).Tail;
            }

            return found;
        }
    }

    public void MoveBase(LogBase newBase)
    {
        ArgumentNullException.ThrowIfNull(newBase);
        if (_closed) return;
        lock (_gate)
        {
            var last = (int)(newBase.Index.Value - _base.Index.Value) - 1;
            Invariant.Holds(
                last >= 0 && last < Count && At(last).Tail == newBase.Tail, $"The log from {_base} to {Tail} cannot begin behind {newBase}.");
            for (; last >= 0; last--)
            {
                _liveBytes -= At(0).Encoded.Length;
                _batches[_dropped++] = null;
            }

            _base = newBase;
            if (_dropped > _batches.Count / 2)
            {
                _batches.RemoveRange(0, _dropped);
                _dropped = 0;
            }
        }

        Terms.DropUpTo(newBase.Point);
        _listener.BaseMoved(newBase);
        ReportSpace();
    }

    public void KeepCheckpoint(LogBase asOf)
    {
        ArgumentNullException.ThrowIfNull(asOf);
        Invariant.Holds(asOf.Tail == Tail, $"A checkpoint is of the log's tail, {Tail}, not of {asOf}.");
        if (!_closed) _checkpoint = asOf;
    }

    public ReadOutcome Read(LogIndex from, int bytesMax, List<Batch> into)
    {
        ArgumentNullException.ThrowIfNull(into);
        lock (_gate)
        {
            if (from <= _base.Index) return ReadOutcome.BelowBase;
            var position = from.Value - _base.Index.Value - 1;
            if (position >= Count) return ReadOutcome.AboveTail;
            long bytes = 0;
            for (var i = (int)position; i < Count; i++)
            {
                var batch = At(i);
                bytes += batch.Encoded.Length;
                if (bytes > bytesMax && i > position) break;
                into.Add(batch);
            }

            return ReadOutcome.Found;
        }
    }

    public LogIndex? Find(EntryIndex entry)
    {
        lock (_gate)
        {
            // The last batch that begins at or before the entry: a control record begins where the next batch does, and holds nothing.
            int low = 0, high = Count - 1;
            while (low <= high)
            {
                var middle = (low + high) / 2;
                if (At(middle).FirstEntry <= entry) low = middle + 1;
                else high = middle - 1;
            }

            return high >= 0 && entry < At(high).Tail.NextEntry ? At(high).Index : null;
        }
    }

    public LogPoint? PointAt(LogIndex index)
    {
        lock (_gate)
        {
            if (index == _base.Index) return _base.Point;
            var position = index.Value - _base.Index.Value - 1;
            return position >= 0 && position < Count ? At((int)position).Point : null;
        }
    }

    /// <summary>Nothing is written from now on; what is there can still be read by those who hold the reader.</summary>
    public void Close() => _closed = true;

    private Batch At(int position) => _batches[_dropped + position]!;

    private void DropFrom(int position)
    {
        for (var i = position; i < Count; i++) _liveBytes -= At(i).Encoded.Length;
        _batches.RemoveRange(_dropped + position, Count - position);
    }

    private WalAddress Report(int bytes)
    {
        _walEnd += bytes;
        var endsAt = new WalAddress(_walEnd);
        _listener.Flushed(endsAt);
        ReportSpace();
        return endsAt;
    }

    private void ReportSpace()
    {
        if (!_ranFull || FreeBytes == 0) return;
        _ranFull = false;
        _listener.SpaceChanged();
    }
}
