namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>The process or machine behind this handle is dead: whatever its threads still try has no effect.</summary>
internal sealed class PowerLostException : IOException
{
    public PowerLostException()
        : base("The machine is off.")
    {
    }

    public PowerLostException(string message)
        : base(message)
    {
    }

    public PowerLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
