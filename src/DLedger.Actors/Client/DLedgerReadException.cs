namespace DLedger;

/// <summary>Following a log cannot go on; <see cref="Result"/> is the answer that ended it.</summary>
public sealed class DLedgerReadException : Exception
{
    /// <param name="message">Why, in one line.</param>
    /// <param name="result">See <see cref="Result"/>.</param>
    public DLedgerReadException(string message, ReadResult result)
        : base(message)
    {
        Result = result;
    }

    /// <summary>Without a message.</summary>
    public DLedgerReadException()
    {
    }

    /// <param name="message">Why, in one line.</param>
    public DLedgerReadException(string message)
        : base(message)
    {
    }

    /// <param name="message">Why, in one line.</param>
    /// <param name="innerException">What it comes from.</param>
    public DLedgerReadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The answer that ended it, if one did.</summary>
    public ReadResult? Result { get; }
}
