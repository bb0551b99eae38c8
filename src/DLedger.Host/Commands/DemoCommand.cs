using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>demo</c> shows what the ledger promises, in one process: append, kill the leader, go on, read everything back.</summary>
internal sealed class DemoCommand : ICommand
{
    private readonly Option<string?> _data = OptionOf.Text(
        "--data", "DIR", "The demo's own folder; made anew, and removed when all is right. [default: ./dledger-demo]");
    private readonly Option<long> _entries = OptionOf.Number("--entries", "COUNT", "How many entries to append.", 10, 1_000_000, 5000);

    private readonly Option<bool> _verbose = OptionOf.Flag("--verbose", "Show the members' own log on the error stream.");

    public DemoCommand()
    {
        Definition = new Command(
            "demo",
            "Run three members in this process: append, kill the leader, go on, read everything back, say what happened.") { _data, _entries,
            _verbose };
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger demo", "dledger demo --entries 100000"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var folder = new DemoFolder(parsed.GetValue(_data) ?? "./dledger-demo");
        folder.Make();
        var story = new DemoStory(context, folder.Path, (int)parsed.GetValue(_entries), parsed.GetValue(_verbose));
        await story.TellAsync().ConfigureAwait(false);
        folder.Remove();
        context.Terminal.WriteLine($"All is right. {folder.Path} is removed.");
        return ExitCode.Done;
    }
}
