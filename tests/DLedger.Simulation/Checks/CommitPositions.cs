using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// What each member takes for committed never goes back while it runs, and is committed: with <see cref="CommittedLog.Claim"/> a follower whose
/// position has passed what it has verified is found out as soon as its log differs there (SAFETY 10). What it takes for flushed is on its disk
/// (SAFETY 19).
/// </summary>
internal sealed class CommitPositions
{
    private readonly SimCluster _cluster;
    private readonly CommittedLog _committed;
    private readonly Dictionary<(string Node, long Incarnation), LogIndex> _last = [];

    public CommitPositions(SimCluster cluster, CommittedLog committed)
    {
        _cluster = cluster;
        _committed = committed;
    }

    /// <summary>The owner of a member's log says where it stands.</summary>
    public void Seen(string node, LogIndex committed, LogIndex flushed)
    {
        var key = (node, _cluster.Node(node).Incarnation);
        var before = _last.GetValueOrDefault(key);
        Invariant.Holds(committed >= before, $"A commit position went back: {node} from {before} to {committed}.");
        _last[key] = committed;
        _committed.Claim(node, committed);
        var disk = _cluster.Disk(node);
        if (flushed <= disk.BaseOf(LedgerCluster.Group).Index) return;
        var batch = disk.BatchAt(LedgerCluster.Group, flushed);
        Invariant.Holds(
            batch is not null && disk.IsFlushed(LedgerCluster.Group, batch.Point),
            $"Taken for flushed without being so: {node} says {flushed}, which is {(batch is null ? "not in its log" : "not on its disk")}.");
    }
}
