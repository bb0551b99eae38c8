using Akka.Actor;
using Akka.Configuration;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Actors.Tests.Node;

/// <summary>
/// Members in one process, each in an ActorSystem of its own, joined by a network that hands objects over. For what does not need a wire.
/// </summary>
internal sealed class LocalCluster : IPeerNetwork, IAsyncDisposable
{
    private static readonly Config Dispatchers = ConfigurationFactory.ParseString("""
        akka.loglevel = WARNING
        akka.stdout-loglevel = WARNING
        """).WithFallback(RemotingConfig.Dispatchers);

    private readonly Dictionary<string, ActorSystem> _systems = [];
    private readonly Dictionary<string, ILogStoreFactory> _stores = [];

    public LocalCluster(int members, Func<string, ILogStoreFactory> stores, Action<Dictionary<string, string>>? settings = null)
    {
        var peers = string.Join(';', Enumerable.Range(0, members).Select(i => $"n{i}-127.0.0.1:{21000 + i}"));
        foreach (var id in Enumerable.Range(0, members).Select(i => $"n{i}"))
        {
            var values = new Dictionary<string, string> { ["id"] = id, ["peers"] = $"\"{peers}\"" };
            settings?.Invoke(values);
            var config = ConfigurationFactory.ParseString(
                "dledger {\n" + string.Join('\n', values.Select(value => $"{value.Key} = {value.Value}")) + "\n}");
            Settings[id] = DLedgerSettings.FromConfig(config);
            _stores[id] = stores(id);
        }
    }

    public Dictionary<string, DLedgerSettings> Settings { get; } = [];

    /// <summary>Makes a member's state machine; null for plain logs.</summary>
    public Func<string, ILedgerStateMachine>? StateMachine { get; init; }

    /// <summary>An actor that is one.</summary>
    public Props? StateMachineProps { get; init; }

    /// <summary>Messages for which this is false are lost.</summary>
    public Func<string, string, PeerMessage, bool> Passes { get; set; } = (_, _, _) => true;

    public IActorRef Start(string id)
    {
        var system = ActorSystem.Create($"dledger-{id}", Dispatchers);
        lock (_systems) _systems[id] = system;
        var groups = system.ActorOf(GroupsActor.Props(), GroupsActor.Name);
        var environment = new NodeEnvironment(Settings[id], _stores[id], this, new Random(id[^1])) 
        {
            LeaseClock = LeaseClock.OfSystem, StoreThreads = new StoreThreads(), StateMachine = StateMachine is { } machine ? () =>
                machine(id) : null,
            StateMachineProps = StateMachineProps,
        };
        var inbox = Inbox.Create(system);
        inbox.Send(groups, new GroupsActor.StartGroup(environment));
        return ((GroupsActor.GroupStarted)inbox.Receive(TimeSpan.FromSeconds(10))).Node;
    }

    public async Task<object> Ask(string id, object message, string group = "default") =>
        await SystemOf(id)!.ActorSelection($"/user/dledger/{group}").Ask(message, TimeSpan.FromSeconds(20));

    /// <summary>As the process does that is asked to stop: the member hands over, and goes.</summary>
    public void Stop(string id) =>
        SystemOf(id)!.ActorSelection($"/user/{GroupsActor.Name}").Tell(new GroupsActor.StopGroup("default"), ActorRefs.NoSender);

    /// <summary>To the node root, from nobody.</summary>
    public void Tell(string id, object message) => SystemOf(id)!.ActorSelection("/user/dledger/default").Tell(message, ActorRefs.NoSender);

    public async Task Kill(string id)
    {
        ActorSystem system;
        lock (_systems)
        {
            system = _systems[id];
            _systems.Remove(id);
        }

        await system.Terminate();
    }

    /// <summary>Asks every member until one says that it leads and accepts.</summary>
    public async Task<string> Leader()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new SortedDictionary<string, LedgerStatus>(StringComparer.Ordinal);
        while (!deadline.IsCancellationRequested)
        {
            foreach (var id in Settings.Keys.Where(id => SystemOf(id) is not null))
            {
                var status = (LedgerStatus)await Ask(id, new GetStatus());
                if (status.Role == MemberRole.Leader) return id;
                seen[id] = status;
            }
        }

        throw new InvalidOperationException($"No leader was elected: {string.Join("; ", seen.Values)}");
    }

    /// <summary>Hands a message to the router of n0, whoever says that it is from him.</summary>
    public void SendAs(PeerMessage message) => PeerRouter.Of(SystemOf("n0")!).Deliver(message, null);

    /// <summary>Sends any message to actors of n0 by their path, which may hold wildcards.</summary>
    public void SendPast(string path, object message) => SystemOf("n0")!.ActorSelection(path).Tell(message, PeerRouter.Of(SystemOf("n0")!).Reference);

    /// <summary>What the router of n0 had for nobody.</summary>
    public long DroppedByRouter => PeerRouter.Of(SystemOf("n0")!).Dropped;

    public void Send(string to, PeerMessage message)
    {
        if (SystemOf(to) is { } system && Passes(message.Origin.NodeId, to, message)) PeerRouter.Of(system).Deliver(message, null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var id in Settings.Keys.Where(id => SystemOf(id) is not null)) await Kill(id);
    }

    private ActorSystem? SystemOf(string id)
    {
        lock (_systems) return _systems.GetValueOrDefault(id);
    }
}
