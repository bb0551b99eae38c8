using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Applies scanned frames to the state of the group, and refuses what no writer of ours would have written.</summary>
internal sealed class FrameReplay(SegmentSet segments, WalMeta meta, GroupState state, bool knowsLastMove)
{
    private bool _baseDue = !knowsLastMove;

    public GroupState State => state;

    public long Batches { get; private set; }

    public long Frames { get; private set; }

    public void Apply(in Frame frame, Batch? batch, ReadOnlyMemory<byte> payload)
    {
        if (frame.Address >= meta.Base.MovedAt) ApplyBase();
        Frames++;
        if (frame.Kind != FrameKind.Mark && frame.Group != StoreIdentity.GroupNumber)
            throw segments.Damaged(frame.Address, $"a frame of the unknown group {frame.Group}");
        switch (frame.Kind)
        {
            case FrameKind.Batch:
                Batches++;
                if (state.Refusal(batch!) is { } refusal) throw segments.Damaged(frame.Address, refusal);
                if (batch!.Term < state.Terms.TermAt(batch.Index.Previous))
                    throw segments.Damaged(frame.Address, $"batch {batch.Point} is of a lower term than the one before");
                state.Append(batch, frame.Address);
                break;
            case FrameKind.Truncate:
                var kept = Read(frame, payload, static (ref RecordReader reader) => reader.Tail());
                if (kept.Index < state.Base.Index || kept.Index > state.Tail.Index || state.Terms.TermAt(kept.Index) != kept.Term)
                    throw segments.Damaged(frame.Address, $"a truncation to {kept} of a log from {state.Base.Tail} to {state.Tail}");
                state.Truncate(kept);
                break;
            case FrameKind.Reset:
                var newBase = Read(frame, payload, static (ref RecordReader reader) => reader.Base());
                // The payload is a part of the page that was read, and the next one comes to the same place.
                state.Reset(new LogBase(newBase.Tail, newBase.Prefix.ToArray()), frame.Address);
                break;
        }
    }

    /// <summary>
    /// The base that was last moved to is in force from where it was decided, or from the end of the log if a power loss took that.
    /// </summary>
    public void ApplyBase()
    {
        if (!_baseDue) return;
        _baseDue = false;
        if (meta.Base.Log.Index <= state.Base.Index) return;
        if (!state.Terms.Contains(meta.Base.Log.Point))
            throw segments.Damaged(meta.Base.Address, $"the log should begin behind {meta.Base.Log.Tail}, which is not in it");
        state.MoveBase(meta.Base);
    }

    private T Read<T>(in Frame frame, ReadOnlyMemory<byte> payload, RecordReading<T> read)
    {
        var reader = new RecordReader(payload);
        var record = read(ref reader);
        reader.End();
        return reader.Problem is { } problem
            ? throw segments.Damaged(frame.Address, $"a {frame.Kind} whose payload does not hold together: {problem}")
            : record;
    }
}
