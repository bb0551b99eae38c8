using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>The leader asks a caught-up peer to start an election at once (Raft thesis 3.10).</summary>
internal sealed record TimeoutNow(Origin Origin, Term Term) : PeerMessage(Origin, Term);
