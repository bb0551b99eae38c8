namespace DLedger.Core;

/// <summary>
/// Turns flush completions, which name write-ahead-log addresses, into the last live batch that is on disk (SAFETY 19): a completion may be for a
/// batch that has been superseded since.
/// </summary>
internal sealed class FlushTracker
{
    private readonly Queue<(LogIndex Index, WalAddress EndsAt)> _pending = new();
    private readonly List<(LogIndex Index, WalAddress EndsAt)> _kept = [];
    private WalAddress _flushedTo;
    private LogIndex _lastWritten;

    public FlushTracker(LogIndex flushed) => Flushed = _lastWritten = flushed;

    /// <summary>The last live batch that is on disk with all before it.</summary>
    public LogIndex Flushed { get; private set; }

    /// <summary>How many batches are on their way to the disk.</summary>
    public int Pending => _pending.Count;

    /// <summary>Up to which address all is on disk.</summary>
    public WalAddress FlushedTo => _flushedTo;

    public void Written(LogIndex index, WalAddress endsAt)
    {
        if (index <= _lastWritten) TruncatedAfter(index.Previous);
        _pending.Enqueue((index, endsAt));
        _lastWritten = index;
    }

    /// <summary>Everything above is gone from the live log, on disk or not.</summary>
    public void TruncatedAfter(LogIndex last)
    {
        Flushed = LogIndex.Min(Flushed, last);
        if (_lastWritten <= last) return;
        _lastWritten = last;
        _kept.AddRange(_pending.Where(write => write.Index <= last));
        _pending.Clear();
        foreach (var write in _kept) _pending.Enqueue(write);
        _kept.Clear();
    }

    /// <summary>The log starts again behind <paramref name="last"/>; that counts as flushed once its base frame is.</summary>
    public void Reset(LogIndex last)
    {
        _pending.Clear();
        Flushed = _lastWritten = last;
    }

    /// <summary>True if that moved <see cref="Flushed"/>.</summary>
    public bool FlushCompleted(WalAddress flushedTo)
    {
        Invariant.Holds(flushedTo >= _flushedTo, "Flush completions come in order.");
        _flushedTo = flushedTo;
        var before = Flushed;
        while (_pending.TryPeek(out var write) && write.EndsAt <= flushedTo)
        {
            Flushed = write.Index;
            _pending.Dequeue();
        }

        return Flushed != before;
    }
}
