namespace DLedger.Core;

/// <summary>
/// A log in the hands of its one owner: the store's writer, and which of the batches given to it are on disk. Every write goes through here, so
/// that each is recognised when its flush completes (SAFETY 19).
/// </summary>
internal sealed class OwnedLog
{
    private readonly ILogWriter _writer;
    private readonly FlushTracker _flushes;

    public OwnedLog(ILogWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _flushes = new FlushTracker(writer.Tail.Index);
    }

    /// <inheritdoc cref="ILogWriter.Base"/>
    public LogBase Base => _writer.Base;

    /// <inheritdoc cref="ILogWriter.Tail"/>
    public Tail Tail => _writer.Tail;

    /// <inheritdoc cref="ILogWriter.Terms"/>
    public TermTable Terms => _writer.Terms;

    /// <inheritdoc cref="ILogWriter.FreeBytes"/>
    public long FreeBytes => _writer.FreeBytes;

    /// <inheritdoc cref="ILogWriter.SpaceIsComing"/>
    public bool SpaceIsComing => _writer.SpaceIsComing;

    /// <inheritdoc cref="ILogWriter.MaxBatchBytes"/>
    public int MaxBatchBytes => _writer.MaxBatchBytes;

    /// <inheritdoc cref="ILogWriter.MaxPrefixBytes"/>
    public int MaxPrefixBytes => _writer.MaxPrefixBytes;

    /// <summary>The last batch that is on disk with all before it.</summary>
    public LogIndex Flushed => _flushes.Flushed;

    /// <summary>How many batches are on their way to the disk.</summary>
    public int Unflushed => _flushes.Pending;

    /// <summary>Up to which address of the write-ahead log all is on disk.</summary>
    public WalAddress FlushedTo => _flushes.FlushedTo;

    /// <inheritdoc cref="ILogWriter.TryAppend"/>
    public WriteOutcome TryAppend(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var outcome = _writer.TryAppend(batch, out var endsAt);
        if (outcome == WriteOutcome.Accepted) _flushes.Written(batch.Index, endsAt);
        return outcome;
    }

    /// <summary>Drops every batch above <paramref name="last"/>. False: not now, and nothing happened.</summary>
    public bool TryTruncate(LogIndex last)
    {
        if (_writer.TryTruncate(last, out _) != WriteOutcome.Accepted) return false;
        _flushes.TruncatedAfter(last);
        return true;
    }

    /// <summary>Drops the whole log and starts again behind <paramref name="newBase"/>. False: not now, and nothing happened.</summary>
    /// <param name="endsAt">It is on disk once <see cref="FlushedTo"/> is there.</param>
    public bool TryReset(LogBase newBase, out WalAddress endsAt)
    {
        ArgumentNullException.ThrowIfNull(newBase);
        if (_writer.TryReset(newBase, out endsAt) != WriteOutcome.Accepted) return false;
        _flushes.Reset(newBase.Index);
        return true;
    }

    /// <summary>Everything below this address is on disk. True if that moved <see cref="Flushed"/>.</summary>
    public bool FlushCompleted(WalAddress flushedTo) => _flushes.FlushCompleted(flushedTo);

    /// <inheritdoc cref="ILogWriter.FindNewBase"/>
    public Tail? FindNewBase(LogIndex committed) => _writer.FindNewBase(committed);

    /// <inheritdoc cref="ILogWriter.MoveBase"/>
    public void MoveBase(LogBase newBase) => _writer.MoveBase(newBase);

    /// <inheritdoc cref="ILogWriter.KeepCheckpoint"/>
    public void KeepCheckpoint(LogBase asOf) => _writer.KeepCheckpoint(asOf);
}
