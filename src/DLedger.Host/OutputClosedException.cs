namespace DLedger.Host;

/// <summary>Nobody reads our output any more, as in <c>dledger tail | head -1</c>.</summary>
internal sealed class OutputClosedException : IOException
{
    public OutputClosedException(string message)
        : base(message)
    {
    }

    public OutputClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public OutputClosedException()
    {
    }
}
