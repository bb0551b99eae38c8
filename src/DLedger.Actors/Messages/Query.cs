namespace DLedger;

/// <summary>Asks a member's state machine. Answered with one <see cref="QueryResult"/>.</summary>
/// <param name="question">See <see cref="Question"/>.</param>
/// <param name="mode">See <see cref="Mode"/>.</param>
public sealed class Query(ReadOnlyMemory<byte> question, ReadMode mode = default) : DLedgerRequest<QueryResult>
{
    /// <summary>What only the machine understands. Owned by the message.</summary>
    public ReadOnlyMemory<byte> Question { get; } = question;

    /// <summary>How fresh the state must be.</summary>
    public ReadMode Mode { get; } = mode;

    private protected override object Content => new { Question, Mode };
}
