namespace DLedger.Host;

/// <summary>There is no such stream: whoever started us closed it, as in <c>dledger server &gt;&amp;-</c>.</summary>
internal sealed class OutputMissingException : IOException
{
    public OutputMissingException(string message)
        : base(message)
    {
    }

    public OutputMissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public OutputMissingException()
    {
    }
}
