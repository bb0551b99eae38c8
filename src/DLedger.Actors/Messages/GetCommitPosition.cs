namespace DLedger;

/// <summary>Asks a member how far the log is committed. Answered with one <see cref="CommitPositionResult"/>.</summary>
/// <param name="mode">See <see cref="Mode"/>.</param>
public sealed class GetCommitPosition(ReadMode mode = default) : DLedgerRequest<CommitPositionResult>
{
    /// <summary>How fresh the answer must be.</summary>
    public ReadMode Mode { get; } = mode;

    private protected override object Content => new { Mode };
}
