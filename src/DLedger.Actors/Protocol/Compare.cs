using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Leader to follower: the newest runs of my term table; where do we agree? <paramref name="Round"/> pairs the answer with the question.</summary>
internal sealed record Compare(Origin Origin, Term Term, long Round, LogPoint Base, IReadOnlyList<TermRun> Runs) : PeerMessage(Origin, Term);
