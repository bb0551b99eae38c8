namespace DLedger;

/// <summary>What an application asks of a member.</summary>
/// <typeparam name="TAnswer">The family of its one answer.</typeparam>
public abstract class DLedgerRequest<TAnswer> : DLedgerMessage
    where TAnswer : DLedgerMessage
{
    private protected DLedgerRequest()
    {
    }

    private protected sealed override long HeldRequestId { get; set; }
}
