namespace DLedger;

/// <summary>A state machine has thrown, or has broken the contract: the member stops for good, and its status has this message.</summary>
public sealed class StateMachineFailedException : Exception
{
    public StateMachineFailedException()
    {
    }

    public StateMachineFailedException(string message)
        : base(message)
    {
    }

    public StateMachineFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
