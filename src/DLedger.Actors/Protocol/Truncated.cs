using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="Truncate"/>: whether it was done, and the follower's last batch now.</summary>
internal sealed record Truncated(Origin Origin, Term Term, long Round, bool Done, LogPoint Last) : PeerMessage(Origin, Term);
