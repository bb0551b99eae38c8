using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>status</c> shows each member.</summary>
internal sealed class StatusCommand : ICommand
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(3);

    private readonly CommonOptions _common = new();
    private readonly Option<bool> _json = OptionOf.Flag("--json", "One array with an object per member.");

    public StatusCommand()
    {
        Definition = new Command("status", "Show each member: role, term, leader, tail, committed, flushed, lag, problem. Exit code 1 when there is no leader.") { _json };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger status", "dledger status --peers \"n0-localhost:20911;n1-localhost:20912;n2-localhost:20913\" --json"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var target = _common.Target(parsed, context.Stop);
        await using var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        var timeout = target.Timeout < AnswerTimeMax ? target.Timeout : AnswerTimeMax;
        var reports = await client.StatusAsync(timeout, context.Stop).ConfigureAwait(false);
        if (parsed.GetValue(_json)) StatusWriter.Json(context.Terminal.Out, reports);
        else StatusWriter.Table(context.Terminal.OutConsole(), reports);
        await context.Terminal.Out.FlushAsync(context.Stop).ConfigureAwait(false);
        if (reports.All(report => !report.Reachable)) throw new OperationFailedException("no member answered in time");
        return reports.Any(report => report.Status is { LeaderId: not null })
            ? ExitCode.Done
            : throw new OperationFailedException("no leader is known to any member");
    }
}
