using DLedger.Core;

namespace DLedger.Simulation;

internal sealed partial class SimGroupLog : ILogWriter
{
    private const int ControlFrameBytes = 64;

    private readonly Queue<(LogBase Base, WalAddress EndsAt)> _baseMoves = new();

    LogBase ILogWriter.Base => _image.Base;

    public Tail Tail => _image.Tail;

    public TermTable Terms => _image.Terms;

    public long FreeBytes => _disk.FreeBytes;

    public int MaxBatchBytes => _disk.MaxBatchBytes;

    public int MaxPrefixBytes => LogBase.PrefixBytesMax;

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        CheckOpen();
        Invariant.Holds(batch.Encoded.Length <= MaxBatchBytes, $"{batch} is larger than the store's largest.");
        Invariant.Holds(
            batch.Index <= Tail.Index.Next && Terms.Contains(batch.PreviousPoint),
            $"The batch before {batch} ({batch.PreviousPoint}) is in the log, which ends at {Tail}.");
        Invariant.Holds(batch.Follows(TailAt(batch.Index.Previous)), $"{batch} goes on with the next entry, and not back in time.");
        return TryWrite(new SimChange.Append(batch), batch.Encoded.Length, batch.Kind != BatchKind.Entries, out endsAt);
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        CheckOpen();
        Invariant.Holds(last >= _image.Base.Index && last <= Tail.Index, $"{last} is in the log from {_image.Base} to {Tail}.");
        return TryWrite(new SimChange.Truncate(last), ControlFrameBytes, control: true, out endsAt);
    }

    public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt)
    {
        CheckOpen();
        return TryWrite(new SimChange.Reset(newBase), ControlFrameBytes + newBase.Prefix.Length, control: true, out endsAt);
    }

    /// <summary>The newest batch that may go, if enough is kept without it: flushed, committed, and not the last committed one.</summary>
    public Tail? FindNewBase(LogIndex committed)
    {
        CheckOpen();
        if (_disk.RetentionBytes <= 0 || _disk.HasFailed) return null;
        long kept = 0;
        for (var index = Tail.Index; index > _image.Base.Index; index = index.Previous)
        {
            var batch = _image.At(index)!;
            if (kept >= _disk.RetentionBytes && index < committed && _disk.IsFlushed(_image.EndOf(index))) return batch.Tail;
            kept += batch.Encoded.Length;
        }

        return null;
    }

    /// <summary>A crash before the new beginning is synced leaves the old one.</summary>
    public void MoveBase(LogBase newBase)
    {
        CheckOpen();
        Invariant.Holds(
            newBase.Index > _image.Base.Index && _image.At(newBase.Index)?.Tail == newBase.Tail,
            $"The log from {_image.Base} to {Tail} cannot begin behind {newBase}.");
        _disk.OnMoveBase?.Invoke(_group, newBase.Tail);
        var outcome = TryWrite(new SimChange.MoveBase(newBase), ControlFrameBytes + newBase.Prefix.Length, control: true, out var endsAt);
        if (outcome == WriteOutcome.Accepted) _baseMoves.Enqueue((newBase, endsAt));
    }

    public void KeepCheckpoint(LogBase asOf)
    {
        CheckOpen();
        Invariant.Holds(asOf.Tail == Tail, $"A checkpoint is of the log's tail, {Tail}, not of {asOf}.");
        // What a full disk does not take is asked for again later.
        TryWrite(new SimChange.Checkpoint(asOf), ControlFrameBytes + asOf.Prefix.Length, control: true, out _);
    }

    /// <summary>After a flush, and before the listener hears of it: what was put on disk with it.</summary>
    internal IEnumerable<LogBase> MovedBy(WalAddress flushedTo)
    {
        while (_baseMoves.TryPeek(out var move) && move.EndsAt <= flushedTo)
        {
            _baseMoves.Dequeue();
            yield return move.Base;
        }
    }

    private WriteOutcome TryWrite(SimChange change, int bytes, bool control, out WalAddress endsAt)
    {
        endsAt = default;
        if (_disk.HasFailed) return WriteOutcome.Failed;
        if (!_disk.Fits(bytes, control)) return WriteOutcome.DiskFull;
        if (!control && _disk.UnflushedBytes > 0 && _disk.UnflushedBytes + bytes > _disk.UnflushedBytesMax) return WriteOutcome.BufferFull;
        endsAt = _disk.Write(_group, change, bytes);
        return WriteOutcome.Accepted;
    }

    private Tail TailAt(LogIndex index) => _image.At(index)?.Tail ?? _image.Base.Tail;
}
