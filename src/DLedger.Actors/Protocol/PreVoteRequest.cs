using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Would you vote for me in <paramref name="Proposed"/>? Changes no term (Raft thesis 9.6, SAFETY 4).</summary>
internal sealed record PreVoteRequest(Origin Origin, Term Term, Term Proposed, LogPoint Last) : PeerMessage(Origin, Term);
