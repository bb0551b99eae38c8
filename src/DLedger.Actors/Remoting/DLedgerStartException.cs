namespace DLedger;

/// <summary>A member, or the ActorSystem that it lives in, cannot be started; the message says why, in one line.</summary>
public sealed class DLedgerStartException : Exception
{
    /// <param name="message">Why, and what to do, in one line.</param>
    public DLedgerStartException(string message)
        : base(message)
    {
    }

    /// <param name="message">Why, and what to do, in one line.</param>
    /// <param name="innerException">What it comes from.</param>
    public DLedgerStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without a message.</summary>
    public DLedgerStartException()
    {
    }
}
