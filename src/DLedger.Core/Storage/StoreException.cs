namespace DLedger.Core;

/// <summary>A store cannot be opened or read; the message says why and what to do, in one line.</summary>
internal class StoreException : Exception
{
    public StoreException(string message)
        : base(message)
    {
    }

    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StoreException()
    {
    }
}
