namespace DLedger.Processes.Tests;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error);
