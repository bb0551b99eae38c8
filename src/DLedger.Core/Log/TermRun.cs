namespace DLedger.Core;

/// <summary>A run of batches of one term: from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct TermRun(Term Term, LogIndex First, LogIndex Last);
