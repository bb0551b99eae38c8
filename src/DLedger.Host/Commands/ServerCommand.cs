using System.CommandLine;
using System.Globalization;

namespace DLedger.Host;

/// <summary><c>server</c> runs a member until Ctrl+C or SIGTERM.</summary>
internal sealed class ServerCommand : ICommand
{
    private const string Plain = "none";

    private static readonly Dictionary<string, Func<ILedgerStateMachine>?> Machines = new(StringComparer.Ordinal)
    {
        [Plain] = null, ["register"] = () => new RegisterMachine(),
    };

    private readonly CommonOptions _common = new();
    private readonly Option<string> _machine = OptionOf.OneOf(
        "--state-machine", "What entries are applied to, the same on all members. register: keys with values, for write, read and cas.", Plain,
        Machines.Keys);

    public ServerCommand()
    {
        Definition = new Command(
            "server", "Run a member of a group. With no options: a group of one on localhost:20911, data in ./dledger-data/default/n0.");
        Definition.Add(_machine);
        _common.AddMemberOptionsTo(Definition);
    }

    public Command Definition { get; }

    public string[] Examples =>
    [
        "dledger server",
        "dledger server --port 20921 --data /var/lib/dledger",
        "dledger server --id n1 --peers \"n0-localhost:20911;n1-localhost:20912;n2-localhost:20913\"",
        "dledger server --id n1 --config hocon/cluster.conf",
        "dledger server --state-machine register",
    ];

    public async Task<int> RunAsync(ParseResult parsed, CommandContext context)
    {
        var terminal = context.Terminal;
        using var log = new ServerLog(terminal.Unbuffered);
        var plan = _common.Plan(parsed, Log, context.Stop) with { StateMachine = Machines[parsed.GetRequiredValue(_machine)] };
        var settings = plan.Settings;
        Say($"member {settings.Id} of group {settings.Group}{Among(settings)}, starting");
        if (await log.FirstAsync().ConfigureAwait(false) is { } unwritten) throw new OperationFailedException(unwritten);
        IRunningNode started;
        try
        {
            started = await context.Runtime.StartNodeAsync(plan, context.Stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            // Told to stop before it was there: it was stopped like any other.
            return End();
        }

        await using var node = started;
        Say($"listens on {node.Self.Address} (bulk {node.Self.BulkPort.ToString(CultureInfo.InvariantCulture)})");
        Say(settings.Durability == Durability.Memory ? "data in memory: gone at the end" : $"data in {Path.GetFullPath(settings.DataDir)}");
        if (terminal.OutIsTerminal) Say($"try: dledger append -d \"Hello World\"{Hint(settings)}   (Ctrl+C stops this member)");
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = context.Stop.Register(() => stopped.TrySetResult()).ConfigureAwait(false);
        await Task.WhenAny(stopped.Task, node.Failure).ConfigureAwait(false);
        if (node.Failure.IsCompleted)
            throw new OperationFailedException($"member {settings.Id} stopped: {await node.Failure.ConfigureAwait(false)}");
        Say("stopping");
        await node.StopAsync().ConfigureAwait(false);
        return End();

        int End()
        {
            Say("stopped");
            log.End();
            return log.Failure is null
                ? ExitCode.Done
                : throw new OperationFailedException($"stopped cleanly, but {log.Lost} lines of the log are lost: {log.Failure}");
        }

        void Say(string text) => log.Say(text);

        void Log(NodeLogLine line)
        {
            var level = line.Level switch { NodeLogLevel.Error => " ERROR", NodeLogLevel.Warning => " WARNING", _ => "" };
            Say(string.Create(CultureInfo.InvariantCulture, $"{context.Time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff}{level} {line.Text}"));
        }
    }

    private static string Among(DLedgerSettings settings) =>
        settings.Members.Count == 1 ? "" : $" ({string.Join("; ", settings.Members)})";

    /// <summary>What a client has to be told, if it is not the default.</summary>
    private static string Hint(DLedgerSettings settings)
    {
        var group = settings.Group == "default" ? "" : $" --group {settings.Group}";
        var self = settings.Self;
        var peers = settings.Members.Count > 1 ? $" --peers \"{string.Join(';', settings.Members)}\""
            : self.Address == "localhost:20911" ? ""
            : string.Create(CultureInfo.InvariantCulture, $" --host {self.Host} --port {self.Port}");
        return peers + group;
    }
}
