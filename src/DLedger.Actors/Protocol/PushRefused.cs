using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>A push did not fit the follower's log: compare again. <paramref name="Last"/> is its last batch.</summary>
internal sealed record PushRefused(Origin Origin, Term Term, long Round, LogPoint Last) : PeerMessage(Origin, Term);
