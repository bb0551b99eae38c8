using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Drop everything above <paramref name="Keep"/>. Names the last batch that the follower itself reported (SAFETY 11).</summary>
internal sealed record Truncate(Origin Origin, Term Term, long Round, LogPoint Keep, LogPoint Reported) : PeerMessage(Origin, Term);
