namespace DLedger.Core;

/// <summary>Names a follower's question for the read index: an answer to any other one proves nothing (SAFETY 78).</summary>
/// <param name="Life">Drawn at the start of the member that asks.</param>
/// <param name="Number">Of the question in that life.</param>
internal readonly record struct ReadToken(long Life, long Number);
