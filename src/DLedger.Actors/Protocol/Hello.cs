using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Elector to elector: this is my store id; do you know me by it? (SAFETY 7)</summary>
internal sealed record Hello(Origin Origin, Term Term) : PeerMessage(Origin, Term);
