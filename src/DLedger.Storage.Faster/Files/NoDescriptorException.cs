namespace DLedger.Storage.Faster;

/// <summary>The process, or the machine, has as many files and sockets open as it may: nothing was tried, and a later try may succeed.</summary>
internal sealed class NoDescriptorException : IOException
{
    public NoDescriptorException(string message)
        : base(message)
    {
    }

    public NoDescriptorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public NoDescriptorException()
    {
    }
}
