namespace DLedger.Host;

/// <summary>What became of one input line; lines are numbered from 1.</summary>
internal readonly record struct LineOutcome(long Line, AppendResult Result);
