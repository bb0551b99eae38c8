using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>A leader is alive. <paramref name="Round"/> numbers it within the term, for read index and check-quorum.</summary>
internal sealed record Heartbeat(Origin Origin, Term Term, long Round) : PeerMessage(Origin, Term);
