using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>On this peer's disk and verified against the leader of this term up to <paramref name="Flushed"/> (SAFETY 9).</summary>
internal sealed record PushAck(Origin Origin, Term Term, LogIndex Flushed) : PeerMessage(Origin, Term);
