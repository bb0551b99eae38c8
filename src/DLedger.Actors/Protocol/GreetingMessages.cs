using DLedger.Core;

namespace DLedger.Protocol;

// Who are you, and whom do you know? Hello and HelloRefused are what members of all versions understand of each other: their layouts stay as they
// are, and others may only put more behind.

/// <summary>
/// Elector to elector: who are you, and whom do you know? Only an answer that shows <paramref name="Nonce"/> is believed (SAFETY 7).
/// <paramref name="Protocol"/> is the <see cref="ProtocolVersion"/> that the sender speaks.
/// </summary>
internal sealed record Hello(Origin Origin, Term Term, int Protocol, long Nonce) : PeerMessage(Origin, Term);

/// <summary>Answer to a <see cref="Hello"/> in another version of the protocol: the sender speaks this one and takes nothing else.</summary>
internal sealed record HelloRefused(Origin Origin, Term Term, int Protocol, long Nonce) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="Hello"/>, and again to the same one whenever <paramref name="Greeting"/> changes.</summary>
internal sealed record HelloReply(Origin Origin, Term Term, long Nonce, Greeting Greeting) : PeerMessage(Origin, Term);
