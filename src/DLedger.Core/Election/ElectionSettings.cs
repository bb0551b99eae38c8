namespace DLedger.Core;

/// <summary>What an election goes by.</summary>
/// <param name="Self">This member's id.</param>
/// <param name="StoreId">This member's store id (SAFETY 7).</param>
/// <param name="PreferredLeaders">Ids, the best first.</param>
/// <param name="AcceptsNewPeers">Whether today's members may take the place of the list that the folder was founded with.</param>
/// <param name="MaxEntryBytes">The largest entry that this member takes, for its greetings.</param>
/// <param name="BatchBytesMax">The largest batch of several entries that it takes.</param>
internal sealed record ElectionSettings(
    string Self,
    Guid StoreId,
    TimeSpan HeartbeatInterval,
    TimeSpan ElectionTimeoutMin,
    TimeSpan ElectionTimeoutMax,
    IReadOnlyList<string> PreferredLeaders,
    TimeSpan PreferredMinInterval,
    bool AcceptsNewPeers = false,
    long MaxEntryBytes = 0,
    long BatchBytesMax = 0)
{
    /// <summary>By what share of true time a member's clock may run fast or slow, for leases.</summary>
    public double ClockDriftMax { get; init; }

    /// <summary>What this member speaks.</summary>
    public int Protocol { get; init; } = ProtocolVersion.Current;
}
