using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to the <see cref="VoteRequest"/> of term <paramref name="Requested"/>.</summary>
internal sealed record VoteReply(Origin Origin, Term Term, Term Requested, bool Granted) : PeerMessage(Origin, Term);
