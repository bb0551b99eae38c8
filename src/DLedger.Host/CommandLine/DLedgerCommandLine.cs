using System.CommandLine;
using System.CommandLine.Help;
using DLedger.Core;

namespace DLedger.Host;

/// <summary>
/// The command line: parses, runs one command, and turns every trouble into one line on the error stream and an exit code.
/// </summary>
internal static class DLedgerCommandLine
{
    /// <summary>Set to 1, the whole exception is shown instead of one line.</summary>
    public const string DebugVariable = "DLEDGER_DEBUG";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandContext context)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var given = arguments;
        ICommand[] commands =
        [
            new ServerCommand(), new AppendCommand(), new GetCommand(), new TailCommand(), new StatusCommand(), new TransferCommand(),
            new WriteCommand(), new ReadCommand(), new CasCommand(),
            new DemoCommand(), new VerifyCommand(), new BenchCommand(), new CompletionCommand(), new HelpCommand(),
        ];
        var root = Root(commands);

        // `dledger help get` is `dledger get --help`.
        if (arguments is [HelpCommand.Word, var about] && root.Subcommands.Any(command => command.Name == about)) arguments = [about, "--help"];
        else if (arguments is [HelpCommand.Word]) arguments = ["--help"];

        // A body that starts with '@' is a body, not the name of a file with more arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        var terminal = context.Terminal;
        var name = parsed.CommandResult.Command == root ? "dledger" : $"dledger {parsed.CommandResult.Command.Name}";
        int code;
        try
        {
            RawArguments.Check(given);
            code = await RunAsync(commands, root, parsed, context).ConfigureAwait(false);
            await FlushAsync(terminal).ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            // The reader has had enough, as in `dledger tail | head -1`: nothing failed.
            code = ExitCode.Done;
        }
        catch (Exception trouble)
        {
            code = await TellAsync(trouble, name, context).ConfigureAwait(false);
        }

        await terminal.Error.FlushAsync().ConfigureAwait(false);

        // What had to be said, and could not be, may have been that something failed.
        return code == ExitCode.Done && terminal.ErrorFailure is not null ? ExitCode.Failed : code;
    }

    private static async Task<int> RunAsync(ICommand[] commands, RootCommand root, ParseResult parsed, CommandContext context)
    {
        var chosen = commands.FirstOrDefault(command => command.Definition == parsed.CommandResult.Command);

        // Help and the version are asked for in place of the command, and whatever else the line says.
        if (parsed.Action is { ClearsParseErrors: true }) return await ShowAsync(parsed, context.Terminal).ConfigureAwait(false);
        if (parsed.Errors.Count > 0) throw new UsageException(UsageProblem.Of(parsed, root));
        if (chosen is null || parsed.Action != chosen.Definition.Action) return await ShowAsync(parsed, context.Terminal).ConfigureAwait(false);
        return await chosen.RunAsync(parsed, context).ConfigureAwait(false);
    }

    private static RootCommand Root(IReadOnlyList<ICommand> commands)
    {
        var root = new RootCommand(
            "DLedger: a replicated, durable commit log. With no options, `server`, `append -d TEXT` and `get -i 0` work as typed.");
        var examples = new Dictionary<Command, string[]>
        {
            [root] = ["dledger server", "dledger append -d \"Hello World\"", "dledger get -i 0", "dledger demo"],
        };
        foreach (var command in commands)
        {
            root.Add(command.Definition);

            // Only the text of the parse counts; what runs it is RunAsync.
            command.Definition.SetAction(_ => ExitCode.Done);
            examples[command.Definition] = command.Examples;
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        return root;
    }

    /// <summary>Help, the version, completions: what System.CommandLine does by itself.</summary>
    private static async Task<int> ShowAsync(ParseResult parsed, Terminal terminal)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = text, Error = terminal.Error, ProcessTerminationTimeout = null })
            .ConfigureAwait(false);
        terminal.WriteLines(text.ToString().TrimEnd());
        await terminal.Out.FlushAsync().ConfigureAwait(false);
        return code;
    }

    /// <summary>A reader that has had enough changes nothing of what was done.</summary>
    private static async Task FlushAsync(Terminal terminal)
    {
        try
        {
            await terminal.Out.FlushAsync().ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            // As in `dledger tail | head -1`.
        }
    }

    /// <summary>One line for every trouble. What is already written to the output stays valid, so it is flushed first.</summary>
    private static async Task<int> TellAsync(Exception trouble, string command, CommandContext context)
    {
        var terminal = context.Terminal;
        try
        {
            await FlushAsync(terminal).ConfigureAwait(false);
        }
        catch (IOException unwritten)
        {
            trouble = unwritten;
        }

        if (Environment.GetEnvironmentVariable(DebugVariable) == "1")
            await terminal.Error.WriteLineAsync(PlainText.Lines(trouble.ToString())).ConfigureAwait(false);
        var (code, text) = trouble switch
        {
            UsageException or SettingsException =>
                (ExitCode.Usage, $"{trouble.Message.TrimEnd('.')}{(trouble.Message.EndsWith('?') ? "" : ".")} See '{command} --help'."),
            OperationFailedException or StoreException => (ExitCode.Failed, trouble.Message),
            OperationCanceledException when context.Stop.IsCancellationRequested => (ExitCode.Failed, "interrupted"),
            IOException or UnauthorizedAccessException => (ExitCode.Failed, trouble.Message),
            _ => (ExitCode.Failed, $"unexpected {trouble.GetType().Name}: {trouble.Message} ({DebugVariable}=1 shows all)"),
        };
        await terminal.SayAsync($"{command}: {text}").ConfigureAwait(false);
        return code;
    }
}
