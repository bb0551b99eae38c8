using DLedger.Core;

namespace DLedger.Protocol;

// Who are you, and whom do you know?

/// <summary>
/// Elector to elector: who are you, and whom do you know? Only an answer that shows <paramref name="Nonce"/> is believed (SAFETY 7).
/// </summary>
internal sealed record Hello(Origin Origin, Term Term, long Nonce) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="Hello"/>, and again to the same one whenever <paramref name="Greeting"/> changes.</summary>
internal sealed record HelloReply(Origin Origin, Term Term, long Nonce, Greeting Greeting) : PeerMessage(Origin, Term);
