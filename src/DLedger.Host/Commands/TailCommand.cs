using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>tail [-i FROM]</c> follows committed entries until Ctrl+C.</summary>
internal sealed class TailCommand : ICommand
{
    private readonly CommonOptions _common = new();
    private readonly Option<long> _index = OptionOf.OptionalNumber(
        "--index", "FROM", "The first entry to print, from 0. Without it: what comes from now on.", 0, long.MaxValue, "-i");
    private readonly Option<bool> _json = OptionOf.Flag("--json", "One JSON object per entry, with index, term and encoding.");

    public TailCommand()
    {
        Definition = new Command("tail", "Print committed entries as they come, until Ctrl+C.") { _index, _json };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger tail", "dledger tail -i 0 --json"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var target = _common.Target(parsed, context.Stop);
        var output = context.Terminal.Out;
        var writer = new EntryWriter(context.Terminal, parsed.GetValue(_json));
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        try
        {
            var from = CommonOptions.IsGiven(parsed, _index)
                ? parsed.GetValue(_index)
                : await EndAsync(client, target, context).ConfigureAwait(false);
            await foreach (var entry in client.TailAsync(from, context.Stop).ConfigureAwait(false))
            {
                writer.Write(entry);
                await output.FlushAsync(context.Stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            // Ctrl+C is how a tail ends.
        }

        return ExitCode.Done;
    }

    /// <summary>The index of the next entry to come.</summary>
    private static async Task<long> EndAsync(ILedgerClient client, ClientTarget target, CommandContext context)
    {
        var reports = await client.StatusAsync(target.Timeout, context.Stop).ConfigureAwait(false);
        var reachable = reports.Where(report => report.Reachable).ToList();
        if (reachable.Count == 0) throw new OperationFailedException("no member answered in time");
        return reachable.Max(report => report.Status!.CommittedIndex) + 1;
    }
}
