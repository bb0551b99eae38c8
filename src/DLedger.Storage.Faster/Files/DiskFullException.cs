namespace DLedger.Storage.Faster;

/// <summary>No space on the disk.</summary>
internal sealed class DiskFullException : IOException
{
    public DiskFullException(string message)
        : base(message)
    {
    }

    public DiskFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public DiskFullException()
    {
    }
}
