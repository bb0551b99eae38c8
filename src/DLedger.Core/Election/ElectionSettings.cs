namespace DLedger.Core;

/// <summary>What an election goes by.</summary>
/// <param name="Self">This member's id.</param>
/// <param name="Peers">The ids of the other members, in ordinal order.</param>
/// <param name="StoreId">This member's store id (SAFETY 7).</param>
/// <param name="PreferredLeaders">Ids, the best first.</param>
public sealed record ElectionSettings(
    string Self,
    IReadOnlyList<string> Peers,
    Guid StoreId,
    TimeSpan HeartbeatInterval,
    TimeSpan ElectionTimeoutMin,
    TimeSpan ElectionTimeoutMax,
    IReadOnlyList<string> PreferredLeaders,
    TimeSpan PreferredMinInterval)
{
    public int Quorum => Core.Quorum.Of(Peers.Count + 1);

    public bool IsAlone => Peers.Count == 0;
}
