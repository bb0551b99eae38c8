using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to a <see cref="Heartbeat"/>. <paramref name="Healthy"/>: the sender's disk answers.</summary>
internal sealed record HeartbeatReply(Origin Origin, Term Term, long Round, bool Healthy) : PeerMessage(Origin, Term);
