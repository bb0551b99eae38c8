namespace DLedger.Core;

/// <summary>Our own code broke a promise. Never caught below the node root: the group stops, with this text in its status.</summary>
internal sealed class InvariantBrokenException : Exception
{
    public InvariantBrokenException(string promise)
        : base($"Broken invariant: {promise}")
    {
    }

    public InvariantBrokenException()
    {
    }

    public InvariantBrokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
