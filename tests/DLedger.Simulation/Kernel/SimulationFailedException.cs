namespace DLedger.Simulation;

/// <summary>A run broke a promise. The text holds the seed, how to replay it, and the last steps.</summary>
internal sealed class SimulationFailedException : Exception
{
    /// <param name="what">The broken promise alone.</param>
    /// <param name="report">With everything that helps to find out why.</param>
    public SimulationFailedException(string what, string report, Exception? cause)
        : base(report, cause) =>
        What = what;

    public SimulationFailedException(string message)
        : base(message) =>
        What = message;

    public SimulationFailedException(string message, Exception innerException)
        : base(message, innerException) =>
        What = message;

    public SimulationFailedException() => What = "";

    /// <summary>The broken promise, in one line.</summary>
    public string What { get; }
}
