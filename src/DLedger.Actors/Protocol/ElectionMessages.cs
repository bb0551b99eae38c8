using DLedger.Core;

namespace DLedger.Protocol;

// Votes, and the proof that a leader leads: over the control transport, from elector to elector.

/// <summary>Would you vote for me in <paramref name="Proposed"/>? Changes no term (Raft thesis 9.6, SAFETY 4).</summary>
internal sealed record PreVoteRequest(Origin Origin, Term Term, Term Proposed, LogPoint Last) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="PreVoteRequest"/>.</summary>
internal sealed record PreVoteReply(Origin Origin, Term Term, Term Proposed, bool Granted) : PeerMessage(Origin, Term);

/// <summary>
/// Raft 5.2 RequestVote. <paramref name="Transfer"/>: the leader asked for this election, so stickiness does not apply (Raft thesis 4.2.3).
/// </summary>
internal sealed record VoteRequest(Origin Origin, Term Term, LogPoint Last, bool Transfer) : PeerMessage(Origin, Term);

/// <summary>Answer to the <see cref="VoteRequest"/> of term <paramref name="Requested"/>.</summary>
internal sealed record VoteReply(Origin Origin, Term Term, Term Requested, bool Granted) : PeerMessage(Origin, Term);

/// <summary>The leader asks a caught-up peer to start an election at once (Raft thesis 3.10).</summary>
internal sealed record TimeoutNow(Origin Origin, Term Term) : PeerMessage(Origin, Term);

/// <summary>A leader is alive. <paramref name="Round"/> numbers it within the term, for read index and check-quorum.</summary>
internal sealed record Heartbeat(Origin Origin, Term Term, long Round) : PeerMessage(Origin, Term);

/// <summary>Answer to a <see cref="Heartbeat"/>. <paramref name="Healthy"/>: the sender's disk answers.</summary>
internal sealed record HeartbeatReply(Origin Origin, Term Term, long Round, bool Healthy) : PeerMessage(Origin, Term);
