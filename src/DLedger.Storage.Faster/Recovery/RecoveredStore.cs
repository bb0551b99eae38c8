using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>What recovery hands to a group's log; all of it rewritten and synced (SAFETY 23).</summary>
internal sealed record RecoveredStore(
    SegmentSet Segments, SlotFile Meta, WalMeta MetaRecord, SlotFile HardStateSlots, HardState HardState, GroupState State, WalStart Start,
    long CheckpointAt, int NextCheckpointFile, List<(long Segment, long ClosedAtMs)> Closed) : IDisposable
{
    public void Dispose()
    {
        Meta.Dispose();
        HardStateSlots.Dispose();
        Segments.Dispose();
    }
}
