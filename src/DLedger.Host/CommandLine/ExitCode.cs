namespace DLedger.Host;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The operation failed, or its outcome is unknown.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage: nothing was tried.</summary>
    public const int Usage = 2;
}
