using System.Globalization;
using System.Text;
using Akka.Configuration;

namespace DLedger.Host;

/// <summary>Several members in this process, over real TCP on loopback ports, each with an actor system and a folder of its own.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    private const string System = "dledger";
    private const string Group = "default";
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly ILedgerRuntime _runtime;
    private readonly TimeProvider _time;
    private readonly SortedDictionary<string, NodePlan> _plans = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IRunningNode> _running = new(StringComparer.Ordinal);

    private LocalCluster(ILedgerRuntime runtime, TimeProvider time)
    {
        _runtime = runtime;
        _time = time;
    }

    public IReadOnlyList<Member> Members => _plans.Values.First().Settings.Members;

    /// <summary>Starts all members; they share nothing but the ports they know of each other.</summary>
    public static async Task<LocalCluster> StartAsync(
        ILedgerRuntime runtime, TimeProvider time, int nodes, string folder, Durability durability, Action<NodeLogLine> log,
        CancellationToken cancellation)
    {
        var cluster = new LocalCluster(runtime, time);
        var ports = PortsFor(nodes);
        var members = Enumerable.Range(0, nodes).Select(i => new Member($"n{i}", "127.0.0.1", ports[2 * i], ports[(2 * i) + 1])).ToList();
        foreach (var member in members)
        {
            // The folder is taken as it is, whatever characters it holds: it is no text of a configuration, in which braces would stand for
            // something.
            var own = Path.Combine(folder, member.Id);
            var settings = DLedgerSettings.FromConfig(ConfigOf(member.Id, members, durability));
            settings = settings with { DataDir = own, Store = settings.Store with { Folder = own } };
            cluster._plans.Add(member.Id, new NodePlan(System, settings, Config.Empty, log));
        }

        try
        {
            foreach (var member in members) await cluster.StartAsync(member.Id, cancellation).ConfigureAwait(false);
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return cluster;
    }

    /// <summary>For a client that knows only these members.</summary>
    public ClientTarget TargetOf(IReadOnlyList<Member> members, TimeSpan timeout) =>
        new(System, Group, members, timeout, _plans.Values.First().Settings);

    public IRunningNode Node(string id) => _running[id];

    public async Task StartAsync(string id, CancellationToken cancellation) =>
        _running[id] = await _runtime.StartNodeAsync(_plans[id], cancellation).ConfigureAwait(false);

    /// <summary>Ends a member as a crash would.</summary>
    public async Task KillAsync(string id)
    {
        var node = _running[id];
        _running.Remove(id);
        await node.KillAsync().ConfigureAwait(false);
        await node.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The leader that a majority of the members follows.</summary>
    public async Task<string> LeaderAsync(TimeSpan within, CancellationToken cancellation)
    {
        string? leader = null;
        await UntilAsync(
            statuses =>
            {
                leader = statuses.Where(status => status.LeaderId is not null)
                    .GroupBy(status => (status.LeaderId, status.Term))
                    .Where(followers => followers.Count() > _plans.Count / 2)
                    .Select(followers => followers.Key.LeaderId)
                    .FirstOrDefault();
                return leader is not null && statuses.Any(status => status.Id == leader && status.Role == MemberRole.Leader);
            },
            "no leader was elected",
            within,
            cancellation).ConfigureAwait(false);
        return leader!;
    }

    /// <summary>Waits until every running member knows that <paramref name="index"/> is committed.</summary>
    public Task CaughtUpAsync(long index, TimeSpan within, CancellationToken cancellation) => UntilAsync(
        statuses => statuses.Count == _running.Count && statuses.All(status => status.CommittedIndex >= index),
        $"not every member has caught up to entry {index}",
        within,
        cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _running.Values) await node.DisposeAsync().ConfigureAwait(false);
        _running.Clear();
    }

    private async Task UntilAsync(Func<IReadOnlyList<LedgerStatus>, bool> reached, string otherwise, TimeSpan within, CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        using var timer = new PeriodicTimer(AskAgainAfter, _time);
        while (true)
        {
            var statuses = await Task.WhenAll(_running.Values.Select(node => node.StatusAsync(cancellation))).ConfigureAwait(false);
            if (reached(statuses)) return;
            if (_time.GetElapsedTime(started) > within)
                throw new OperationFailedException($"{otherwise} within {within.TotalSeconds:0} s: {Show(statuses)}");
            await timer.WaitForNextTickAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static string Show(IReadOnlyList<LedgerStatus> statuses) =>
        string.Join(
            "; ",
            statuses.Select(
                status =>
                    $"{status.Id} is {status.Role} in term {status.Term}, committed "
                    + $"{status.CommittedIndex}{(status.Problem is null ? "" : ", " + status.Problem)}"));

    private static int[] PortsFor(int nodes)
    {
        try
        {
            return FreePorts.Pick(nodes * 2);
        }
        catch (InvalidOperationException none)
        {
            throw new OperationFailedException(none.Message);
        }
    }

    private static Config ConfigOf(string id, IReadOnlyList<Member> members, Durability durability)
    {
        // HOCON takes one setting per line.
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"dledger.id = \"{id}\"\n")
            .Append(CultureInfo.InvariantCulture, $"dledger.group = \"{Group}\"\n")
            .Append(CultureInfo.InvariantCulture, $"dledger.peers = \"{string.Join(';', members)}\"\n")
            .Append(CultureInfo.InvariantCulture, $"dledger.durability = {(durability == Durability.Disk ? "disk" : "memory")}\n");
        return ConfigurationFactory.ParseString(text.ToString());
    }
}
