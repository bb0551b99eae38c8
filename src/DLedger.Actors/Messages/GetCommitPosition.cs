namespace DLedger;

/// <summary>Asks a member how far the log is committed. Answered with one <see cref="CommitPositionResult"/>.</summary>
/// <param name="Mode">How fresh the answer must be.</param>
public sealed record GetCommitPosition(ReadMode Mode = ReadMode.Linearizable) : DLedgerRequest<CommitPositionResult>;
