namespace DLedger;

/// <summary>Following a log cannot go on; <see cref="Result"/> is the answer that ended it.</summary>
public sealed class DLedgerReadException : Exception
{
    public DLedgerReadException(string message, ReadResult result)
        : base(message)
    {
        Result = result;
    }

    public DLedgerReadException()
    {
    }

    public DLedgerReadException(string message)
        : base(message)
    {
    }

    public DLedgerReadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ReadResult? Result { get; }
}
