namespace DLedger;

/// <summary>How fresh a read must be.</summary>
public enum ReadMode
{
    /// <summary>Sees everything acknowledged before the read was sent. Leader only; one confirmed heartbeat round (Raft 8, read index).</summary>
    Linearizable = 0,

    /// <summary>As <see cref="Linearizable"/>, relying on a lease. Served as <see cref="Linearizable"/> for now.</summary>
    Lease = 1,

    /// <summary>What this node knows to be committed; may be stale. Any member.</summary>
    Local = 2,
}
