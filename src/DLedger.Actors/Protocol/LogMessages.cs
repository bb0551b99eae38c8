using DLedger.Core;

namespace DLedger.Protocol;

// What a leader does with a follower's log, and the answers: over the bulk transport.

/// <summary>
/// Leader to follower: the newest runs of my term table; where do we agree? <paramref name="Round"/> pairs the answer with the question.
/// </summary>
internal sealed record Compare(Origin Origin, Term Term, long Round, LogPoint Base, IReadOnlyList<TermRun> Runs) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="Compare"/>: the last batch that both logs have (null: none in these runs), and what the follower's log is.</summary>
internal sealed record Compared(Origin Origin, Term Term, long Round, LogPoint? Match, Tail Base, LogPoint Last) : PeerMessage(Origin, Term);

/// <summary>Drop everything above <paramref name="Keep"/>. Names the last batch that the follower itself reported (SAFETY 11).</summary>
internal sealed record Truncate(Origin Origin, Term Term, long Round, LogPoint Keep, LogPoint Reported) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="Truncate"/>: whether it was done, and the follower's last batch now.</summary>
internal sealed record Truncated(Origin Origin, Term Term, long Round, bool Done, LogPoint Last) : PeerMessage(Origin, Term);

/// <summary>Start again behind <paramref name="Base"/>: the leader no longer has what this peer lacks. Its prefix stands for all of that.</summary>
internal sealed record Install(Origin Origin, Term Term, long Round, LogBase Base) : PeerMessage(Origin, Term);

/// <summary>Answer to <see cref="Install"/>, after its flush. <paramref name="Base"/> is where it starts again.</summary>
internal sealed record Installed(Origin Origin, Term Term, long Round, Tail Base) : PeerMessage(Origin, Term);

/// <summary>
/// Raft 5.3 AppendEntries: batches behind <paramref name="Previous"/>, none for a heartbeat of the log; with the leader's commit position. <paramref
/// name="Round"/> is the compare round that it builds on.
/// </summary>
internal sealed record Push(Origin Origin, Term Term, long Round, LogPoint Previous, LogIndex Committed, IReadOnlyList<Batch> Batches)
    : PeerMessage(Origin, Term);

/// <summary>On this peer's disk and verified against the leader of this term up to <paramref name="Flushed"/> (SAFETY 9).</summary>
internal sealed record PushAck(Origin Origin, Term Term, LogIndex Flushed) : PeerMessage(Origin, Term);

/// <summary>A push did not fit the follower's log: compare again. <paramref name="Last"/> is its last batch.</summary>
internal sealed record PushRefused(Origin Origin, Term Term, long Round, LogPoint Last) : PeerMessage(Origin, Term);
