namespace DLedger;

/// <summary>A state machine has thrown, or has broken the contract: the member stops for good, and its status has this message.</summary>
public sealed class StateMachineFailedException : Exception
{
    /// <inheritdoc/>
    public StateMachineFailedException()
    {
    }

    /// <inheritdoc/>
    public StateMachineFailedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StateMachineFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
