namespace DLedger.Simulation;

/// <summary>What a node is started with.</summary>
/// <param name="Members">Ids of all nodes of the cluster, in order.</param>
internal sealed record SimNodeContext(SimNode Node, SimDisk Disk, SimNetwork Network, IReadOnlyList<string> Members);
