using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using DLedger.Core;
using DLedger.Storage.Faster;

namespace DLedger.Processes.Tests;

/// <summary>
/// Some ActorSystems over real transports, in this process, that live on while groups in them stop, start and break down: what processes that are
/// killed and started again never show.
/// </summary>
internal sealed class LivingSystems
{
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(5);

    private readonly Stage _stage;
    private readonly string _systemConfig;
    private readonly string _peers;
    private readonly Dictionary<string, ActorSystem> _systems = [];
    private readonly Dictionary<(string Group, string Id), DLedgerSettings> _settings = [];
    private readonly Dictionary<string, MemoryLogStoreFactory> _memory = [];
    private readonly Channel<string> _restarts = Channel.CreateUnbounded<string>();

    /// <param name="stage">Ends them.</param>
    /// <param name="members">How many.</param>
    /// <param name="systemConfig">HOCON for the ActorSystems.</param>
    /// <param name="empty">Whether none of them is there before <see cref="StartSystem"/>.</param>
    public LivingSystems(Stage stage, int members, string systemConfig = "", bool empty = false)
    {
        _stage = stage;
        _systemConfig = systemConfig;
        var ports = Ports.Pick(members);
        _peers = string.Join(
            ';', Enumerable.Range(0, members).Select(i => string.Create(CultureInfo.InvariantCulture, $"n{i}-127.0.0.1:{ports[i]}")));
        Ids = [.. Enumerable.Range(0, members).Select(i => $"n{i}")];
        if (empty) return;
        foreach (var id in Ids) StartSystem(id);
    }

    public IReadOnlyList<string> Ids { get; }

    public ActorSystem this[string id] => _systems[id];

    public IReadOnlyList<Member> Members => SettingsOf("first", "n0").Members;

    public void StartSystem(string id)
    {
        var system = DLedgerSystem.Start(DLedgerSystem.DefaultName, SettingsOf("first", id), ConfigurationFactory.ParseString($"""
            akka.loglevel = WARNING
            akka.loggers = ["Akka.Event.DefaultLogger, Akka"]
            akka.stdout-loglevel = OFF
            akka.log-dead-letters = off
            akka.log-dead-letters-during-shutdown = off
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            akka.coordinated-shutdown.exit-clr = off
            {_systemConfig}
            """));
        var restarts = _restarts.Writer;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new RestartListener(restarts))), typeof(Warning));
        _systems[id] = system;
        _memory[id] = new MemoryLogStoreFactory(Guid.NewGuid);
        _stage.AtEnd(system.Terminate);
    }

    /// <summary>A process that goes without a word to its groups.</summary>
    public async Task EndSystemAsync(string id)
    {
        await _systems[id].Terminate().Within($"the system of {id} to end");
        _systems.Remove(id);
    }

    /// <summary>Starts a member with its log on disk; or in memory, where a start again is the loss of the member.</summary>
    public IActorRef Start(string group, string id, bool inMemory = false)
    {
        var settings = SettingsOf(group, id) with { Durability = inMemory ? Durability.Memory : Durability.Disk };
        return DLedgerExtension.Get(_systems[id]).Start(settings, inMemory ? _memory[id] : OnDisk(group, id));
    }

    public void StartAll(string group, bool inMemory = false)
    {
        foreach (var id in Ids) Start(group, id, inMemory);
    }

    public async Task StopAsync(string group, string id)
    {
        var result = await DLedgerExtension.Get(_systems[id]).StopAsync(group).Within($"{group} to stop on {id}");
        Expect.That(result.IsClean, $"{group} stopped on {id}: {result}");
    }

    /// <summary>Makes roles of a member fail, and waits until the group starts again from disk there.</summary>
    /// <param name="group">The group.</param>
    /// <param name="failures">Where, and the beginning of a role's name.</param>
    public async Task FailAsync(string group, params (string Id, string Role)[] failures)
    {
        foreach (var (id, role) in failures) _systems[id].ActorSelection($"/user/dledger/{group}/{role}*").Tell(Kill.Instance, ActorRefs.NoSender);
        for (var i = failures.DistinctBy(failure => failure.Id).Count(); i > 0; i--)
            await _restarts.Reader.ReadAsync().AsTask().Within($"{group} to start again after a role failed");
    }

    public DLedgerClient NewClient(string group)
    {
        var client = DLedgerClient.Create(_stage.Clients, group, Members, new DLedgerClientOptions { Timeout = Waits.HangTimeout });
        _stage.AtEnd(() => client.DisposeAsync().AsTask());
        return client;
    }

    /// <summary>Waits until an entry is committed, and every member follows one leader and has it. How long that took.</summary>
    public async Task<TimeSpan> WorksAsync(DLedgerClient client)
    {
        var since = Stopwatch.GetTimestamp();
        var entry = await Waits.UntilAsync(
            async () => await client.AppendAsync("entry"u8.ToArray()) as AppendResult.Committed, "an append to be committed");
        IReadOnlyList<MemberStatus> last = [];
        await Waits.UntilAsync(
            async () =>
            {
                last = await client.StatusAsync(AnswerTimeMax);
                var all = last.Select(member => member.Status).OfType<LedgerStatus>().ToArray();
                var isWhole = all.Length == Ids.Count
                    && all.Count(status => status.Role == MemberRole.Leader) == 1
                    && all.Count(status => status.Role == MemberRole.Follower) == all.Length - 1
                    && all.All(status => status.CommittedIndex >= entry.Index && status.LeaderId is not null);
                return isWhole ? all : null;
            },
            "all members to follow one leader",
            () => string.Join("; ", last.Select(member => member.Status)));
        return Stopwatch.GetElapsedTime(since);
    }

    private DLedgerSettings SettingsOf(string group, string id)
    {
        if (_settings.TryGetValue((group, id), out var known)) return known;
        var settings = DLedgerSettings.FromConfig(
            ConfigurationFactory.ParseString($"dledger {{\nid = {id}\ngroup = {group}\npeers = \"{_peers}\"\n}}"));
        _settings.Add((group, id), settings);
        return settings;
    }

    private FasterLedgerFactory OnDisk(string group, string id) => new(new StoreSettings
    {
        Folder = _stage.NewFolder($"{group}-{id}"),
        PageBytes = 2 << 20,
        MemoryBytes = 4 << 20,
        SegmentBytes = 16 << 20,
        CheckpointBytes = 16 << 20,
    });

    /// <summary>Tells of each group that a failure of a role has made start again.</summary>
    private sealed class RestartListener(ChannelWriter<string> restarts) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Warning { Message: var text } && text.ToString() is { } line
                && line.Contains("starts again from disk", StringComparison.Ordinal))
                restarts.TryWrite(line);
        }
    }
}
