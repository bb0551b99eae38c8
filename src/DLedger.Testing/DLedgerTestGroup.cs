using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Remoting;

namespace DLedger.Testing;

/// <summary>
/// A group whose members live in this process, each in an ActorSystem of its own, over real transports, with logs in memory that outlive a kill.
/// Thread-safe.
/// </summary>
public sealed class DLedgerTestGroup : IAsyncDisposable
{
    private const string LoopbackHost = "127.0.0.1";

    // What only a hang can reach.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(20);

    // A kill is an end without a handover: nothing of Akka's may make a clean stop of it.
    private static readonly Config Quiet = ConfigurationFactory.ParseString("""
        akka.loggers = []
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.log-dead-letters-during-shutdown = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.coordinated-shutdown.exit-clr = off
        """);

    private readonly Dictionary<string, DLedgerSettings> _settings;
    private readonly KeptStores _stores;
    private readonly Func<string, ILedgerStateMachine>? _stateMachine;
    private readonly ConcurrentDictionary<string, ActorSystem> _running = new(StringComparer.Ordinal);
    private readonly Lazy<(ActorSystem System, DLedgerClient Client)> _client;

    internal DLedgerTestGroup(int members, Action<DLedgerOptions> configure, Func<string, ILedgerStateMachine>? stateMachine)
    {
        _stateMachine = stateMachine;
        var ports = FreePorts.Pick(members * 2);
        var peers = Enumerable.Range(0, members)
            .Select(i => new Member(string.Create(CultureInfo.InvariantCulture, $"n{i}"), LoopbackHost, ports[2 * i], ports[(2 * i) + 1])).ToList();
        _settings = peers.ToDictionary(member => member.Id, member => SettingsOf(member.Id, string.Join(';', peers), configure));
        Settings = _settings["n0"];
        var largestBatch = Batch.HeaderBytes + Batch.EntryOverheadBytes + Settings.Store.MaxBodyBytes;
        _stores = new KeptStores(Math.Max(largestBatch, MemoryLogStoreFactory.DefaultBatchBytesMax));
        _client = new Lazy<(ActorSystem, DLedgerClient)>(NewClient);
    }

    /// <summary>All members, whether they run or not.</summary>
    public IReadOnlyList<Member> Members => Settings.Members;

    /// <summary>The settings of the first member: with them, an application makes clients of its own.</summary>
    public DLedgerSettings Settings { get; }

    /// <summary>The ids of the members that run.</summary>
    public IReadOnlyList<string> Running => [.. _running.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A client of the group, in an ActorSystem of its own.</summary>
    public DLedgerClient Client => _client.Value.Client;

    /// <summary>The ActorSystem of a member that runs.</summary>
    public ActorSystem SystemOf(string id) => _running.TryGetValue(id, out var system) ? system : throw NotRunning(id);

    /// <summary>What a member that runs says of itself.</summary>
    public Task<LedgerStatus> StatusOfAsync(string id)
    {
        var system = SystemOf(id);
        return DLedgerExtension.Get(system).AskAsync(system.ActorSelection($"/user/dledger/{Settings.Group}"), new GetStatus(), AnswerTimeMax);
    }

    /// <summary>Waits until a majority of all members follows the same leader, and the leader knows it; returns its id.</summary>
    /// <exception cref="TimeoutException">There is none within a minute; the message says how each member is.</exception>
    public async Task<string> AwaitLeaderAsync()
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var statuses = await StatusesAsync().ConfigureAwait(false);
            if (LeaderIn(statuses) is { } leader) return leader;
            if (deadline.IsCancellationRequested)
                throw new TimeoutException($"No leader was elected within {Deadline.TotalSeconds:0} s: {string.Join<LedgerStatus>("; ", statuses)}");
            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Ends a member as a crash would, as far as one process can: nothing is handed over. What it had acknowledged is there when it starts again.
    /// </summary>
    public async Task KillAsync(string id)
    {
        if (!_running.TryRemove(id, out var system)) throw NotRunning(id);
        await system.Terminate().ConfigureAwait(false);
    }

    /// <summary>Stops a member cleanly; a leader hands over first.</summary>
    public async Task<StopResult> StopAsync(string id)
    {
        if (!_running.TryRemove(id, out var system)) throw NotRunning(id);
        var result = await DLedgerExtension.Get(system).StopAsync(Settings.Group).ConfigureAwait(false);
        await system.Terminate().ConfigureAwait(false);
        return result;
    }

    /// <summary>Starts a member that was stopped or killed, with the log that it had.</summary>
    public Task RestartAsync(string id)
    {
        if (!_settings.TryGetValue(id, out var settings))
            throw new ArgumentException($"There is no member {id}: {string.Join(", ", _settings.Keys)}.", nameof(id));
        if (_running.ContainsKey(id)) throw new InvalidOperationException($"Member {id} runs: kill or stop it first.");
        return StartAsync(settings);
    }

    /// <summary>Starts a member that was stopped or killed, on a new and empty disk: it is brought up to date, and does not vote.</summary>
    public Task RestartWipedAsync(string id)
    {
        if (!_running.ContainsKey(id)) _stores.Wipe(Settings.Group, id);
        return RestartAsync(id);
    }

    /// <summary>Ends all members and the client.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            await _client.Value.Client.DisposeAsync().ConfigureAwait(false);
            await _client.Value.System.Terminate().ConfigureAwait(false);
        }

        await Task.WhenAll(Running.Select(KillAsync)).ConfigureAwait(false);
    }

    internal Task StartAllAsync() => Task.WhenAll(_settings.Values.Select(StartAsync));

    private static DLedgerSettings SettingsOf(string id, string peers, Action<DLedgerOptions> configure)
    {
        var options = new DLedgerOptions();
        configure(options);
        options.Id = id;
        options.Peers = peers;
        options.Durability = Durability.Memory;
        return DLedgerSettings.From(options);
    }

    private async Task StartAsync(DLedgerSettings settings)
    {
        var system = await Task.Run(() => DLedgerSystem.Start(DLedgerSystem.DefaultName, settings, Quiet)).ConfigureAwait(false);
        _running[settings.Id] = system;
        DLedgerExtension.Get(system).Start(settings, _stores, _stateMachine is null ? null : () => _stateMachine(settings.Id));
    }

    private Task<LedgerStatus[]> StatusesAsync() => Task.WhenAll(Running.Select(StatusOfAsync));

    private string? LeaderIn(LedgerStatus[] statuses)
    {
        var leader = statuses.Where(status => status.LeaderId is not null)
            .GroupBy(status => (status.LeaderId, status.Term))
            .FirstOrDefault(followers => followers.Count() > Members.Count / 2)?.Key.LeaderId;
        return Array.Exists(statuses, status => status.Id == leader && status.Role == MemberRole.Leader) ? leader : null;
    }

    private (ActorSystem System, DLedgerClient Client) NewClient()
    {
        var config = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $"""
            akka.remote.enabled-transports = ["akka.remote.dot-netty.tcp"]
            akka.remote.dot-netty.tcp.hostname = "{LoopbackHost}"
            akka.remote.dot-netty.tcp.port = 0
            akka.remote.dot-netty.tcp.maximum-frame-size = {RemotingConfig.ControlFrameBytes(Settings)}b
            """)).WithFallback(Quiet).WithFallback(RemotingConfig.Reference).WithFallback(RemotingConfig.Dispatchers);

        // Two of one process must not look like one to a member.
        var system = ActorSystem.Create($"dledger-test-{Guid.NewGuid():N}", config);
        return (system, DLedgerClient.Create(system, Settings.Group, Members, Settings.Client));
    }

    private InvalidOperationException NotRunning(string id) =>
        new($"Member {id} does not run; {(Running.Count == 0 ? "none does" : $"those that do: {string.Join(", ", Running)}")}.");
}
