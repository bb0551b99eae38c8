using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace DLedger.Processes.Tests;

/// <summary>The members of one group, a process each: the shipped host, or <see cref="CuttableNode"/> where the network is to be cut.</summary>
internal sealed partial class ServerGroup
{
    public const string GroupName = "default";
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    private readonly Stage _stage;
    private readonly bool _cuttable;
    private readonly string? _config;
    private readonly Dictionary<string, ChildProcess> _processes = [];
    private readonly Dictionary<string, string> _folders = [];
    private readonly Dictionary<string, string> _configs = [];
    private readonly ConcurrentDictionary<string, DLedgerClient> _alone = new();
    private readonly DLedgerClient _client;

    /// <param name="stage">Where it plays.</param>
    /// <param name="count">How many members: n0, n1, …</param>
    /// <param name="config">HOCON for all of them.</param>
    /// <param name="cuttable">Whether their network can be cut.</param>
    /// <param name="host">Where they listen.</param>
    public ServerGroup(Stage stage, int count, string? config = null, bool cuttable = false, string host = "localhost")
    {
        _stage = stage;
        _cuttable = cuttable;
        _config = config is null ? null : stage.NewFile($"{Guid.NewGuid():N}.conf", config);
        var ports = Ports.Pick(count);
        Members = [.. ports.Select((port, n) => new Member($"n{n}", host, port, port + Member.BulkPortOffset))];
        var folder = Guid.NewGuid().ToString("N");
        foreach (var member in Members) _folders[member.Id] = stage.NewFolder(Path.Combine(folder, member.Id));
        _client = NewClient();
        stage.DescribedBy(async () => Show(await StatusAsync()));
    }

    public IReadOnlyList<Member> Members { get; }

    public IEnumerable<string> Ids => Members.Select(member => member.Id);

    public string Peers => string.Join(';', Members);

    /// <summary>A client of the whole group, for questions.</summary>
    public DLedgerClient Client => _client;

    public DLedgerClient NewClient(TimeSpan? timeout = null, int outstandingMax = 512) => DLedgerClient.Create(
        _stage.Clients, GroupName, Members,
        new DLedgerClientOptions { Timeout = timeout ?? TimeSpan.FromSeconds(30), OutstandingMax = outstandingMax });

    public ChildProcess Process(string id) => _processes[id];

    public string FolderOf(string id) => _folders[id];

    public void PutFolder(string id, string folder) => _folders[id] = folder;

    public void PutConfig(string id, string text) => _configs[id] = _stage.NewFile($"{id}.conf", text);

    /// <summary>
    /// Starts members and waits until each listens and has its store open. The first start of all ends when all have met: who is killed before that
    /// leaves others that may not vote (SAFETY 7).
    /// </summary>
    public async Task StartAsync(params IEnumerable<string> ids)
    {
        var chosen = ids.ToList();
        if (chosen.Count == 0) chosen = [.. Ids];
        var isFirst = _processes.Count == 0 && chosen.Count == Members.Count;
        var ready = new List<Task>();
        foreach (var id in chosen) ready.Add(StartOneAsync(id));
        await Task.WhenAll(ready);
        if (isFirst) await AllMetAsync();
    }

    /// <summary>Starts one member with such peers, whatever the others have.</summary>
    public Task StartWithAsync(string id, IEnumerable<Member> peers) => StartOneAsync(id, string.Join(';', peers));

    /// <summary>kill -9.</summary>
    public void Kill(params IEnumerable<string> ids)
    {
        foreach (var id in ids) _processes[id].Kill();
    }

    public async Task KillAndWaitAsync(params IEnumerable<string> ids)
    {
        var chosen = ids.ToList();
        Kill(chosen);
        foreach (var id in chosen) await _processes[id].ExitAsync();
    }

    /// <summary>Asks all whose process runs: a dead one would only cost the time to wait for it.</summary>
    public async Task<IReadOnlyList<MemberStatus>> StatusAsync() => await Task.WhenAll(Members.Select(async member =>
        _processes.TryGetValue(member.Id, out var process) && !process.HasExited && await StatusOfAsync(member.Id) is { } status
            ? new MemberStatus(member, status)
            : new MemberStatus(member, null)));

    public async Task<LedgerStatus?> StatusOfAsync(string id, TimeSpan? timeout = null) =>
        (await AloneClient(id).StatusAsync(timeout ?? StatusTimeout))[0].Status;

    /// <summary>The leader, once a quorum agrees who it is.</summary>
    public async Task<LedgerStatus> LeaderAsync(string? otherThan = null)
    {
        IReadOnlyList<MemberStatus> seen = [];
        return await Waits.UntilAsync(
            async () =>
            {
                seen = await StatusAsync();
                var leader = seen.Where(member => member.Status is { Role: MemberRole.Leader }).MaxBy(member => member.Status!.Term)?.Status;
                if (leader is null || leader.Id == otherThan) return null;
                var followers = seen.Count(member => member.Status is { } status && status.Term == leader.Term && status.LeaderId == leader.Id);
                return followers > Members.Count / 2 ? leader : null;
            },
            otherThan is null ? "a leader" : $"a leader other than {otherThan}",
            () => Show(seen));
    }

    private Task<string> AllMetAsync()
    {
        IReadOnlyList<MemberStatus> seen = [];
        return Waits.UntilAsync(
            async () =>
            {
                seen = await StatusAsync();
                return seen.All(member => member.Status is { Problem: null }) ? "" : null;
            },
            "all members to meet",
            () => Show(seen));
    }

    /// <summary>Waits until every member follows one leader and is fed by it, load or not.</summary>
    public async Task<LedgerStatus> AllBackAsync()
    {
        IReadOnlyList<MemberStatus> seen = [];
        return await Waits.UntilAsync(
            async () =>
            {
                seen = await StatusAsync();
                var leader = seen.FirstOrDefault(member => member.Status is { Role: MemberRole.Leader })?.Status;
                return leader is not null && leader.Peers.All(peer => peer is { State: PeerState.Append, Reachable: true })
                    && seen.All(member => member.Status is { } status && status.LeaderId == leader.Id && status.Term == leader.Term) ? leader : null;
            },
            "all members to follow one leader",
            () => Show(seen));
    }

    /// <summary>Waits until every member has everything that is committed, and all agree on the leader.</summary>
    public async Task<IReadOnlyList<LedgerStatus>> ConvergedAsync(long atLeast = -1)
    {
        IReadOnlyList<MemberStatus> seen = [];
        return await Waits.UntilAsync<IReadOnlyList<LedgerStatus>>(
            async () =>
            {
                seen = await StatusAsync();
                if (seen.Any(member => member.Status is null)) return null;
                var all = seen.Select(member => member.Status!).ToList();
                var leader = all.Find(status => status.Role == MemberRole.Leader);
                return leader is not null && leader.CommittedIndex >= atLeast && leader.CommittedIndex == leader.LastIndex
                    && all.TrueForAll(status => status.LeaderId == leader.Id && status.Term == leader.Term
                        && status.CommittedIndex == leader.CommittedIndex && status.FlushedIndex == leader.LastIndex)
                    ? all
                    : null;
            },
            $"all members with everything, at least entry {atLeast}",
            () => Show(seen));
    }

    /// <summary>Reads every member's whole log from the member itself and checks it; all must be the same.</summary>
    public async Task<long> CheckAsync(History history)
    {
        var all = await ConvergedAsync(history.LastAcked);
        IReadOnlyList<string>? first = null;
        foreach (var id in Ids)
        {
            var log = await ReadAllAsync(id, all[0].CommittedIndex);
            history.Check(id, log);
            first ??= log;
            Expect.That(first.SequenceEqual(log, StringComparer.Ordinal), $"the logs of n0 and {id} differ");
        }

        return first?.Count ?? 0;
    }

    /// <summary>What one member has, up to an index, by local reads.</summary>
    public async Task<IReadOnlyList<string>> ReadAllAsync(string id, long lastIndex)
    {
        var log = new List<string>();
        while (log.Count <= lastIndex)
        {
            switch (await AloneClient(id).ReadAsync(new Read(log.Count, 4096, 192 << 10, ReadMode.Local)).Within($"a read from {id}"))
            {
                case ReadResult.Entries entries:
                    foreach (var entry in entries.Items)
                    {
                        Expect.Equal(log.Count, entry.Index, $"{id}: index of the next entry");
                        log.Add(Encoding.UTF8.GetString(entry.Body.Span));
                    }

                    break;
                case var other:
                    throw new ScenarioFailedException($"{id}: reading entry {log.Count} of {lastIndex}: {other}");
            }
        }

        return log;
    }

    /// <summary>Kills a member, starts it again, and says how long it took until it was fully back, counted from when it listened.</summary>
    public async Task<TimeSpan> RestartAsync(string id)
    {
        await KillAndWaitAsync(id);
        await StartAsync(id);
        var since = Stopwatch.GetTimestamp();
        await ConvergedAsync();
        return Stopwatch.GetElapsedTime(since);
    }

    public static string Show(IEnumerable<MemberStatus> members) => string.Join("; ", members.Select(member => member.Status is { } status
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{status.Id} {status.Role} of {status.LeaderId} term {status.Term} last {status.LastIndex} committed {status.CommittedIndex} flushed "
            + $"{status.FlushedIndex} {status.Problem}")
        : $"{member.Member.Id} does not answer"));

    /// <summary>A client that knows one member only; it lives as long as the stage.</summary>
    private DLedgerClient AloneClient(string id) => _alone.GetOrAdd(id, static (id, group) => DLedgerClient.Create(
        group._stage.Clients, GroupName, [group.Members.First(member => member.Id == id)],
        new DLedgerClientOptions { Timeout = TimeSpan.FromSeconds(30) }), this);

    private async Task StartOneAsync(string id, string? peers = null)
    {
        var config = _configs.GetValueOrDefault(id) ?? _config;
        var (to, from) = CutsOf(id);
        var child = _cuttable
            ? _stage.Start(id, "DLedger.Processes.Tests.dll", [CuttableNode.Flag, id, Peers, _folders[id], config ?? CuttableNode.NoConfig, to, from])
            : _stage.Start(
                id, Stage.Host,
                ["server", "--id", id, "--peers", peers ?? Peers, "--data", _folders[id], .. config is null ? Array.Empty<string>() : ["--config",
                    config]]);
        _processes[id] = child;
        await child.LineAsync(line => line == CuttableNode.Ready || line.StartsWith("listens on", StringComparison.Ordinal), "its start");
    }
}
