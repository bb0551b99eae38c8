namespace DLedger;

/// <summary>The ActorSystem of a member cannot be started; the message says why, in one line.</summary>
public sealed class DLedgerStartException : Exception
{
    public DLedgerStartException(string message)
        : base(message)
    {
    }

    public DLedgerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public DLedgerStartException()
    {
    }
}
