using System.CommandLine;

namespace DLedger.Host;

/// <summary>One command: what it takes, and what it does with it.</summary>
internal interface ICommand
{
    Command Definition { get; }

    /// <summary>What to type, for the help page.</summary>
    string[] Examples { get; }

    /// <summary>Throws <see cref="UsageException"/> and <see cref="OperationFailedException"/>; returns an <see cref="ExitCode"/>.</summary>
    Task<int> RunAsync(ParseResult parsed, CommandContext context);
}
