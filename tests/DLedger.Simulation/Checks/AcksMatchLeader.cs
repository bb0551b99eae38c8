using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>What a follower acks is what the leader of that term has there, not merely something of its own (SAFETY 9).</summary>
internal static class AcksMatchLeader
{
    public static void Check(SimCluster cluster, LeaderOfTerm leaders, string node, Term term, LogIndex acked)
    {
        var own = cluster.Disk(node);
        // Below its beginning a log is committed; that is compared elsewhere.
        if (acked <= own.BaseOf(LedgerCluster.Group).Index || !leaders.IsInForce(term) || leaders.Of(term) is not { } leader) return;
        var disk = cluster.Disk(leader);
        if (acked <= disk.BaseOf(LedgerCluster.Group).Index) return;
        var theirs = disk.BatchAt(LedgerCluster.Group, acked);
        var ours = own.BatchAt(LedgerCluster.Group, acked);
        Invariant.Holds(
            theirs is not null && theirs.Point == ours?.Point,
            $"An ack of what the leader does not have: {node} acks {acked} in term {term}, which is {ours?.Point} there and {theirs?.Point} at "
            + $"leader {leader}.");
    }
}
