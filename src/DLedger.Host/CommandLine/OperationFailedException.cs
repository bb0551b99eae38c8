namespace DLedger.Host;

/// <summary>The operation failed or its outcome is unknown. The message is one line. Exit code 1.</summary>
internal sealed class OperationFailedException : Exception
{
    public OperationFailedException(string message)
        : base(message)
    {
    }

    public OperationFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public OperationFailedException()
    {
    }
}
