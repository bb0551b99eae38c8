using System.Diagnostics;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>A group's log as its frames make it. Writing and recovery apply the same changes by the same code.</summary>
internal sealed class LogImage
{
    private readonly List<(Batch Batch, WalAddress EndsAt)> _batches = [];

    public LogBase Base { get; private set; } = LogBase.Empty;

    /// <summary>Where the reset that made the log begin elsewhere ends; nothing for a log that was never reset.</summary>
    public WalAddress ResetEndsAt { get; private set; }

    /// <summary>The last checkpoint, as long as what it is of is in the log.</summary>
    public LogBase? Checkpoint { get; private set; }

    public TermTable Terms { get; } = new(LogPoint.Origin);

    public Tail Tail => _batches.Count == 0 ? Base.Tail : _batches[^1].Batch.Tail;

    public void Apply(SimChange change, WalAddress endsAt)
    {
        switch (change)
        {
            case SimChange.Append append:
                TruncateAfter(append.Batch.Index.Previous);
                Terms.Append(append.Batch.Point);
                _batches.Add((append.Batch, endsAt));
                break;
            case SimChange.Truncate truncate:
                TruncateAfter(truncate.Last);
                break;
            case SimChange.Reset reset:
                _batches.Clear();
                Base = reset.Base;
                ResetEndsAt = endsAt;
                Terms.Reset(reset.Base.Point);
                break;
            case SimChange.MoveBase move:
                _batches.RemoveRange(0, (int)(move.Base.Index.Value - Base.Index.Value));
                Base = move.Base;
                Terms.DropUpTo(move.Base.Point);
                break;
            case SimChange.Checkpoint checkpoint:
                Checkpoint = checkpoint.AsOf;
                break;
            default:
                throw new UnreachableException();
        }

        if (Checkpoint is { } kept && (kept.Index < Base.Index || !Terms.Contains(kept.Point))) Checkpoint = null;
    }

    /// <summary>Null outside of the log and for the base.</summary>
    public Batch? At(LogIndex index)
    {
        var place = PlaceOf(index);
        return place is null ? null : _batches[place.Value].Batch;
    }

    public WalAddress EndOf(LogIndex index) => _batches[PlaceOf(index)!.Value].EndsAt;

    /// <summary>The batch that holds an entry.</summary>
    public Batch? Holding(EntryIndex entry)
    {
        int low = 0, high = _batches.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var batch = _batches[middle].Batch;
            if (entry < batch.FirstEntry) high = middle - 1;
            else if (entry >= batch.FirstEntry.Plus(batch.Count)) low = middle + 1;
            else return batch;
        }

        return null;
    }

    private int? PlaceOf(LogIndex index)
    {
        var place = index.Value - Base.Index.Value - 1;
        return place >= 0 && place < _batches.Count ? (int)place : null;
    }

    private void TruncateAfter(LogIndex last)
    {
        var keep = (int)Math.Max(0, last.Value - Base.Index.Value);
        if (keep < _batches.Count) _batches.RemoveRange(keep, _batches.Count - keep);
        Terms.TruncateAfter(last);
    }
}
