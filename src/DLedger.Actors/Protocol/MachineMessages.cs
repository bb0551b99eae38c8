using DLedger.Core;

namespace DLedger.Protocol;

// How state machines are compared: over the bulk transport.

/// <summary>Leader to follower: what my results come to at this mark, or, as a verdict, what those of a quorum do (SAFETY 56).</summary>
internal sealed record DigestIs(Origin Origin, Term Term, LogIndex At, ResultDigest Digest, bool OfQuorum) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="DigestIs"/>: what they come to here, once that much is applied.</summary>
internal sealed record DigestAnswer(Origin Origin, Term Term, LogIndex At, ResultDigest Digest) : PeerMessage(Origin, Term);
