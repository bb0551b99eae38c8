namespace DLedger.Compare;

/// <summary>The command line is wrong: one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
