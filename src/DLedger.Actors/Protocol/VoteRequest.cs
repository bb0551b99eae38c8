using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Raft 5.2 RequestVote. <paramref name="Transfer"/>: the leader asked for this election, so stickiness does not apply (Raft thesis 4.2.3).</summary>
internal sealed record VoteRequest(Origin Origin, Term Term, LogPoint Last, bool Transfer) : PeerMessage(Origin, Term);
