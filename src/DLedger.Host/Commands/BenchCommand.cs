using System.CommandLine;

namespace DLedger.Host;

/// <summary><c>bench</c> measures appends.</summary>
internal sealed class BenchCommand : ICommand
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, int> NodeCounts = new(StringComparer.Ordinal) { ["1"] = 1, ["3"] = 3, ["5"] = 5, ["7"] = 7 };

    private static readonly Dictionary<string, Durability> Durabilities = new(StringComparer.Ordinal)
    {
        ["disk"] = Durability.Disk, ["memory"] = Durability.Memory,
    };

    private readonly CommonOptions _common = new();
    private readonly Option<long> _size = OptionOf.Number("--size", "BYTES", "Bytes of each entry.", 0, 64 * 1024 * 1024, 1024);
    private readonly Option<long> _outstanding = OptionOf.Number("--outstanding", "COUNT", "Appends under way at any time.", 1, 1_000_000, 1024);
    private readonly Option<long> _seconds = OptionOf.Number("--seconds", "SECONDS", "How long to measure, after a warm-up of 3 s.", 1, 86_400, 10);
    private readonly Option<string> _nodes = OptionOf.OneOf(
        "--nodes", "Members in this process, each with a folder of its own, over TCP.", "3", NodeCounts.Keys);
    private readonly Option<string> _durability = OptionOf.OneOf("--durability", "What an acknowledgement stands for.", "disk", Durabilities.Keys);
    private readonly Option<string?> _data = OptionOf.Text(
        "--data", "DIR", "Where the members' folders go, and stay. Without it: a fresh folder here, removed afterwards.");
    private readonly Option<bool> _json = OptionOf.Flag("--json", "One JSON object.");

    public BenchCommand()
    {
        Definition = new Command(
            "bench",
            "Measure appends in a closed loop, on members in this process, or with --peers on a running group (which keeps the entries). Ctrl+C "
            + "ends it early, with the figures so far.")
        {
            _size, _outstanding, _seconds, _nodes, _durability, _data, _json,
        };
        _common.AddClientOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples => ["dledger bench --size 1024 --outstanding 1024 --seconds 10", "dledger bench --nodes 1 --json"];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var plan = new BenchPlan(
            (int)parsed.GetValue(_size), (int)parsed.GetValue(_outstanding), WarmUp, TimeSpan.FromSeconds(parsed.GetValue(_seconds)));
        var target = _common.Target(parsed, context.Stop);
        if (plan.SizeBytes > target.Settings.MaxEntrySize)
            throw new UsageException($"--size: {plan.SizeBytes} bytes are more than dledger.max-entry-size = {target.Settings.MaxEntrySize}");
        var report = _common.NamesMembers(parsed)
            ? await OnRunningGroupAsync(parsed, plan, target, context).ConfigureAwait(false)
            : await InThisProcessAsync(parsed, plan, context).ConfigureAwait(false);
        if (parsed.GetValue(_json)) report.WriteJson(context.Terminal.Out);
        else foreach (var line in report.Lines()) context.Terminal.WriteLine(line);
        if (report.IsInterrupted) throw new OperationFailedException("interrupted; the figures are those of the time until then");
        if (report.Errors == 0) return ExitCode.Done;
        throw new OperationFailedException($"{report.Errors} appends failed, the first with {report.FirstError}");
    }

    private async Task<BenchReport> OnRunningGroupAsync(ParseResult parsed, BenchPlan plan, ClientTarget target, CommandContext context)
    {
        foreach (var option in (Option[])[_nodes, _durability, _data])
        {
            if (CommonOptions.IsGiven(parsed, option))
                throw new UsageException($"{option.Name} is for members in this process, not for a running group");
        }

        var client = await context.Runtime.ConnectAsync(target, context.Stop).ConfigureAwait(false);
        await using var _ = client.ConfigureAwait(false);
        return await new BenchRun(client, plan, context.Time)
            .RunAsync(target.Members.Count, BenchReport.AsTheMembersAreSet, context.Stop).ConfigureAwait(false);
    }

    private async Task<BenchReport> InThisProcessAsync(ParseResult parsed, BenchPlan plan, CommandContext context)
    {
        var durability = Durabilities[parsed.GetRequiredValue(_durability)];
        var keep = parsed.GetValue(_data);
        var folder = keep ?? Path.Combine(".", $"dledger-bench-{Guid.NewGuid():N}");
        try
        {
            var cluster = await LocalCluster.StartAsync(
                context.Runtime, context.Time, NodeCounts[parsed.GetRequiredValue(_nodes)], folder, durability, _ =>
                    { }, context.Stop).ConfigureAwait(false);
            await using var _ = cluster.ConfigureAwait(false);
            var leader = await cluster.LeaderAsync(OperationTimeout, context.Stop).ConfigureAwait(false);
            var run = new BenchRun(cluster.Node(leader).Client, plan, context.Time);
            return await run.RunAsync(cluster.Members.Count, durability == Durability.Disk ? "disk" : "memory", context.Stop).ConfigureAwait(false);
        }
        finally
        {
            if (keep is null && Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }
}
