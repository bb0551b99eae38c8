using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="PreVoteRequest"/>.</summary>
internal sealed record PreVoteReply(Origin Origin, Term Term, Term Proposed, bool Granted) : PeerMessage(Origin, Term);
