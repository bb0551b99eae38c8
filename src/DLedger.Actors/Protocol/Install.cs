using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Start again behind <paramref name="Base"/>: the leader no longer has what this peer lacks.</summary>
internal sealed record Install(Origin Origin, Term Term, long Round, Tail Base) : PeerMessage(Origin, Term);
