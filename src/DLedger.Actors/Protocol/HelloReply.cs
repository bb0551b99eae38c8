using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="Hello"/>, and again to the same one whenever <paramref name="Greeting"/> changes.</summary>
internal sealed record HelloReply(Origin Origin, Term Term, long Nonce, Greeting Greeting) : PeerMessage(Origin, Term);
