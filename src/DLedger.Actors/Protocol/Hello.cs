using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Elector to elector: who are you, and whom do you know? Only an answer that shows <paramref name="Nonce"/> is believed (SAFETY 7).</summary>
internal sealed record Hello(Origin Origin, Term Term, long Nonce) : PeerMessage(Origin, Term);
