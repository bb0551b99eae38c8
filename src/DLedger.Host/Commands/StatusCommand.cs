using System.CommandLine;
using System.Globalization;

namespace DLedger.Host;

/// <summary><c>status</c> shows each member.</summary>
internal sealed class StatusCommand : ICommand
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(3);

    private readonly CommonOptions _common = new();
    private readonly Option<bool> _json = OptionOf.Flag("--json", "One array with an object per member.");
    private readonly Option<string> _watch = OptionOf.OptionalTime("--watch", "Again and again, until Ctrl+C: after so long, by default 2s.", "2s");

    public StatusCommand()
    {
        Definition = new Command(
            "status",
            "Show each member: role, term, leader, tail, committed, flushed, lag, problem. Exit code 1 when there is no leader.") { _json, _watch };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples =>
    [
        "dledger status",
        "dledger status --peers \"n0-localhost:20911;n1-localhost:20912;n2-localhost:20913\" --json",
        "dledger status --watch 1s",
    ];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var target = _common.Target(parsed, context.Stop);
        var json = parsed.GetValue(_json);
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        if (CommonOptions.IsGiven(parsed, _watch))
            return await WatchAsync(client, target, json, OptionOf.TimeOf(parsed, _watch), context).ConfigureAwait(false);
        var reports = await AskAsync(client, target, context).ConfigureAwait(false);
        Show(reports, target.Group, json, context.Terminal);
        await context.Terminal.Out.FlushAsync(context.Stop).ConfigureAwait(false);
        return ProblemOf(reports) is { } problem ? throw new OperationFailedException(problem) : ExitCode.Done;
    }

    /// <summary>A picture that stays in its place on a terminal; one after the other elsewhere.</summary>
    private static async Task<int> WatchAsync(ILedgerClient client, ClientTarget target, bool json, TimeSpan every, CommandContext context)
    {
        var terminal = context.Terminal;
        var inPlace = terminal.OutIsTerminal && !json;
        try
        {
            for (var first = true; ; first = false)
            {
                var reports = await AskAsync(client, target, context).ConfigureAwait(false);
                if (inPlace) terminal.Out.Write("\e[H\e[J"u8);
                else if (!first && !json) terminal.WriteLine("");
                if (!json) terminal.WriteLine(context.Time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
                Show(reports, target.Group, json, terminal);
                if (!json && ProblemOf(reports) is { } problem) terminal.WriteLine(problem);
                await terminal.Out.FlushAsync(context.Stop).ConfigureAwait(false);
                await Task.Delay(every, context.Time, context.Stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return ExitCode.Done; // Ctrl+C is how it ends
        }
    }

    private static Task<IReadOnlyList<MemberReport>> AskAsync(ILedgerClient client, ClientTarget target, CommandContext context) =>
        client.StatusAsync(target.Timeout < AnswerTimeMax ? target.Timeout : AnswerTimeMax, context.Stop);

    private static void Show(IReadOnlyList<MemberReport> reports, string group, bool json, Terminal terminal)
    {
        if (json) StatusWriter.Json(terminal.Out, reports);
        else StatusWriter.Table(terminal, group, reports);
    }

    private static string? ProblemOf(IReadOnlyList<MemberReport> reports) =>
        reports.All(report => !report.Reachable) ? "no member answered in time"
        : reports.Any(report => report.Status is { LeaderId: not null }) ? null
        : "no leader is known to any member";
}
