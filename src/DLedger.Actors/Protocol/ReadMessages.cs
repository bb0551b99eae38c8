using DLedger.Core;

namespace DLedger.Protocol;

// How a follower's reads learn how far the log is committed: over the control transport, from one quorum-ack checker to another.

/// <summary>
/// Follower to leader: what must my reads have seen? <paramref name="ByLease"/>: all of them trust a lease, if there is one. Answered once the leader
/// has proved that it still leads; asked again if no answer comes (SAFETY 78).
/// </summary>
internal sealed record ReadIndexRequest(Origin Origin, Term Term, ReadToken Token, bool ByLease) : PeerMessage(Origin, Term);

/// <summary>Answer to the <see cref="ReadIndexRequest"/> with this token: everything up to <paramref name="Position"/>.</summary>
internal sealed record ReadIndexReply(Origin Origin, Term Term, ReadToken Token, LogIndex Position) : PeerMessage(Origin, Term);
