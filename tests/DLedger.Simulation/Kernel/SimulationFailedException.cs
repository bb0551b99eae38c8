namespace DLedger.Simulation;

/// <summary>A run broke a promise. The text holds the seed, how to replay it, and the last steps.</summary>
public sealed class SimulationFailedException : Exception
{
    public SimulationFailedException(string message)
        : base(message)
    {
    }

    public SimulationFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public SimulationFailedException()
    {
    }
}
