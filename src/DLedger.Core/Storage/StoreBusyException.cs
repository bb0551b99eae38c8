namespace DLedger.Core;

/// <summary>
/// Something could not be read for lack of something that passes, such as a descriptor to open a file with: a later try may succeed. Nothing is wrong
/// with the store.
/// </summary>
internal sealed class StoreBusyException : Exception
{
    public StoreBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public StoreBusyException(string message)
        : base(message)
    {
    }

    public StoreBusyException()
    {
    }
}
