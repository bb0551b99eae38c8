using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation;

/// <summary>What a follower acks is on its own disk (SAFETY 9), and so is the base that its log was made to begin with (SAFETY 25).</summary>
internal static class AcksAreFlushed
{
    public static void Check(SimDisk disk, string node, PushAck ack)
    {
        Invariant.Holds(
            disk.IsBaseFlushed(LedgerCluster.Group), $"An ack above a base that is not flushed: {node} acks {ack.Flushed} in term {ack.Term}.");
        if (ack.Flushed <= disk.BaseOf(LedgerCluster.Group).Index) return;
        var batch = disk.BatchAt(LedgerCluster.Group, ack.Flushed);
        Invariant.Holds(
            batch is not null && disk.IsFlushed(LedgerCluster.Group, batch.Point),
            $"An ack of what is not flushed: {node} acks {ack.Flushed} in term {ack.Term}, which is "
            + $"{(batch is null ? "not in its log" : "not on its disk")}.");
    }
}
