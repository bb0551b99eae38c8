using DLedger.Core;

namespace DLedger.Simulation;

internal sealed partial class SimGroupLog : ILogWriter
{
    private const int ControlFrameBytes = 64;

    private bool _retaining;

    Tail ILogWriter.Base => _image.Base;

    public Tail Tail => _image.Tail;

    public TermTable Terms => _image.Terms;

    public long FreeBytes => _disk.FreeBytes;

    public int MaxBatchBytes => _disk.MaxBatchBytes;

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

    public WriteOutcome TryReset(Tail newBase, out WalAddress endsAt)
    {
        CheckOpen();
        return TryWrite(new SimChange.Reset(newBase), ControlFrameBytes, control: true, out endsAt);
    }

    public void Retain(LogIndex committed)
    {
        CheckOpen();
        if (_retaining || _disk.RetentionBytes <= 0 || NewBaseBelow(committed) is not { } newBase) return;
        _retaining = true;
        // The new beginning is synced before anybody hears of it (SAFETY 25). A crash before that leaves the old one.
        _disk.Node.After(TimeSpan.FromMilliseconds(1), $"{_disk.Node.Id} retention", () => MoveBase(newBase));
    }

    private void MoveBase(Tail newBase)
    {
        _retaining = false;
        // A reset or a truncation may have come in between.
        if (!IsOpen || _disk.HasFailed || newBase.Index <= _image.Base.Index || !Terms.Contains(newBase.Point) || newBase.Index >= Tail.Index) return;
        _disk.OnRetain?.Invoke(_group, newBase);
        TryWrite(new SimChange.Retain(newBase), ControlFrameBytes, control: true, out _);
        Listener.BaseMoved(newBase);
    }

    /// <summary>The newest batch that may go, if enough is kept without it: flushed, committed, and not the last committed one.</summary>
    private Tail? NewBaseBelow(LogIndex committed)
    {
        long kept = 0;
        for (var index = Tail.Index; index > _image.Base.Index; index = index.Previous)
        {
            var batch = _image.At(index)!;
            if (kept >= _disk.RetentionBytes && index < committed && _disk.IsFlushed(_image.EndOf(index))) return batch.Tail;
            kept += batch.Encoded.Length;
        }

        return null;
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

    private Tail TailAt(LogIndex index) => _image.At(index)?.Tail ?? _image.Base;
}
