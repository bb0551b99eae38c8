namespace DLedger;

/// <summary>Asks a member's state machine. Answered with one <see cref="QueryResult"/>.</summary>
/// <param name="Question">What only the machine understands. Owned by the message.</param>
/// <param name="Mode">How fresh the state must be.</param>
public sealed record Query(ReadOnlyMemory<byte> Question, ReadMode Mode = ReadMode.Linearizable) : DLedgerRequest<QueryResult>;
