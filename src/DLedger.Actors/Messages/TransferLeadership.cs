namespace DLedger;

/// <summary>Asks the leader to hand over to another member. Answered with one <see cref="TransferResult"/>.</summary>
/// <param name="to">See <see cref="To"/>.</param>
public sealed class TransferLeadership(string to) : DLedgerRequest<TransferResult>
{
    /// <summary>The id of the new leader.</summary>
    public string To { get; } = to;

    private protected override object Content => new { To };
}
