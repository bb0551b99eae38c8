using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// Raft 5.4.2 (SAFETY 15): a leader commits a batch of its own term that a quorum has, and with it what stands before. A batch of an older term is
/// not committed by being on a quorum: a log without it may still win an election (figure 8).
/// </summary>
internal static class OwnTermCommits
{
    /// <summary>A member takes this for committed, and nobody has before.</summary>
    public static void Check(SimDisk disk, string node, LogIndex committed, LeaderOfTerm leaders, Func<Batch, bool> isOnQuorum)
    {
        var tail = disk.TailOf(LedgerCluster.Group).Index;
        for (var index = committed; index <= tail; index = index.Next)
        {
            // The member may show less than it has committed: any batch of its own from there on explains it.
            if (disk.BatchAt(LedgerCluster.Group, index) is { } batch && leaders.Of(batch.Term) == node && isOnQuorum(batch)) return;
        }

        Invariant.Holds(
            false,
            $"A commit of an older term: {node} takes {committed} for committed with no batch of a term of its own on a quorum from there on.");
    }
}
