namespace DLedger;

/// <summary>What an application asks of a member.</summary>
/// <typeparam name="TAnswer">The family of its one answer.</typeparam>
public abstract record DLedgerRequest<TAnswer> : DLedgerMessage
    where TAnswer : DLedgerMessage
{
    private protected DLedgerRequest()
    {
    }

    /// <inheritdoc/>
    public sealed override long RequestId { get; init; }
}
