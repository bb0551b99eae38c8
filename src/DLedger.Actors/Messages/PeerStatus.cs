namespace DLedger;

/// <summary>What a member knows of another one.</summary>
/// <param name="Id">The other member.</param>
/// <param name="Address">Its <c>host:port</c>.</param>
/// <param name="Reachable">Heard of within two election timeouts. Followers hear little of each other: ask the leader.</param>
/// <param name="State">On a leader: Compare, Truncate, Append or Install; else Idle.</param>
/// <param name="MatchIndex">On a leader: the last log index (of a batch) known to be flushed there; -1 elsewhere.</param>
/// <param name="Lag">On a leader: how many batches it is behind; -1 elsewhere.</param>
/// <param name="Trusted">False: it shows another store id than at first, so its votes and acks do not count.</param>
public sealed record PeerStatus(string Id, string Address, bool Reachable, string State, long MatchIndex, long Lag, bool Trusted);
