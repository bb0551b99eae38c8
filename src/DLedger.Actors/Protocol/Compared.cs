using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Answer to <see cref="Compare"/>: the last batch that both logs have (null: none in these runs), and what the follower's log is.</summary>
internal sealed record Compared(Origin Origin, Term Term, long Round, LogPoint? Match, Tail Base, LogPoint Last) : PeerMessage(Origin, Term);
