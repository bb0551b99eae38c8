using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Applies scanned frames to the state of the group, and refuses what no writer of ours would have written.</summary>
internal sealed class FrameReplay(SegmentSet segments, WalMeta meta, GroupState state, bool knowsLastRetention)
{
    private bool _baseDue = !knowsLastRetention;

    public GroupState State => state;

    public long Batches { get; private set; }

    public long Frames { get; private set; }

    public void Apply(in Frame frame, Batch? batch, ReadOnlySpan<byte> payload)
    {
        if (frame.Address >= meta.DecidedAt) ApplyBase();
        Frames++;
        if (frame.Kind != FrameKind.Mark && frame.Group != StoreIdentity.GroupNumber) throw segments.Damaged(frame.Address, $"a frame of the unknown group {frame.Group}");
        switch (frame.Kind)
        {
            case FrameKind.Batch:
                Batches++;
                if (state.Refusal(batch!) is { } refusal) throw segments.Damaged(frame.Address, refusal);
                if (batch!.Term < state.Terms.TermAt(batch.Index.Previous)) throw segments.Damaged(frame.Address, $"batch {batch.Point} is of a lower term than the one before");
                state.Append(batch, frame.Address);
                break;
            case FrameKind.Truncate:
                var kept = Frame.DecodeTail(payload);
                if (kept.Index < state.Base.Index || kept.Index > state.Tail.Index || state.Terms.TermAt(kept.Index) != kept.Term)
                    throw segments.Damaged(frame.Address, $"a truncation to {kept} of a log from {state.Base} to {state.Tail}");
                state.Truncate(kept);
                break;
            case FrameKind.Reset:
                state.Reset(Frame.DecodeTail(payload), frame.Address);
                break;
        }
    }

    /// <summary>The base that retention last moved to is in force from where it was decided, or from the end of the log if a power loss took that.</summary>
    public void ApplyBase()
    {
        if (!_baseDue) return;
        _baseDue = false;
        if (meta.Base.Index <= state.Base.Index) return;
        if (state.Terms.TermAt(meta.Base.Index) != meta.Base.Term)
            throw segments.Damaged(meta.ScanFrom, $"the log should begin behind {meta.Base}, which is not in it");
        state.MoveBase(meta.Base, meta.ScanFrom);
    }
}
