using Akka.Actor;
using Akka.Configuration;
using DLedger.Node;

namespace DLedger.Simulation;

/// <summary>A cluster whose nodes are real members of one group, under watch by <see cref="Safety"/>.</summary>
internal sealed class LedgerCluster
{
    public const string Group = "g";

    /// <summary>Of n0; the others follow. Nobody listens on any: it only names them.</summary>
    public const int FirstPort = 20911;

    private const string SystemName = "dledger";

    /// <summary>Many to a run.</summary>
    private const long EntriesPerDigest = 16;

    private readonly string _hocon;
    private readonly HashSet<(string Node, long Incarnation)> _started = [];

    /// <param name="hocon">What differs from the reference settings, inside of <c>dledger</c>.</param>
    public LedgerCluster(World world, int size, string hocon = "")
    {
        _hocon = hocon;
        string[] ids = [.. Enumerable.Range(0, size).Select(i => $"n{i}")];
        Sim = new SimCluster(world, ids, LedgerCodec.Codec, Start);
        Safety = new Safety(Sim);
        Replicas = new ReplicaCheck(this);
    }

    public World World => Sim.World;

    public SimCluster Sim { get; }

    /// <summary>Who stands in a member's peers, where those are not all.</summary>
    public Dictionary<string, string[]> PeersOf { get; } = [];

    /// <summary>What differs at one member, in HOCON.</summary>
    public Dictionary<string, string> HoconOf { get; } = [];

    public Safety Safety { get; }

    public ReplicaCheck Replicas { get; }

    /// <summary>What a member applies its entries to; null for a plain log.</summary>
    public Func<string, ILedgerStateMachine>? StateMachine { get; private set; }

    /// <summary>The disks of machines that have one each, by member.</summary>
    public IReadOnlyDictionary<string, DurableChainMachine.Disk> MachineDisks { get; private set; } =
        new Dictionary<string, DurableChainMachine.Disk>();

    /// <summary>
    /// From their next start on members apply their entries. Nothing of their logs goes any more: without snapshots a state is made of all entries.
    /// </summary>
    public void RunStateMachines(bool durable)
    {
        foreach (var id in Sim.Ids) Sim.Disk(id).RetentionBytes = 0;
        Safety.Replicas = Replicas;
        MachineDisks = Sim.Ids.ToDictionary(id => id, _ => new DurableChainMachine.Disk());
        StateMachine = durable
            ? id => new DurableChainMachine(id, Replicas, MachineDisks[id])
            : id => new ChainMachine(id, Replicas);
    }

    /// <summary>The one to which clients of a node speak.</summary>
    public ActorSelection GroupOn(string id) => Sim.Node(id).System!.ActorSelection($"/user/dledger/{Group}");

    /// <summary>Whether there is anybody yet who could answer a client of this node.</summary>
    public bool IsStarted(string id) => Sim.Node(id).IsUp && _started.Contains((id, Sim.Node(id).Incarnation));

    public DLedgerSettings SettingsOf(string id)
    {
        var own = PeersOf.GetValueOrDefault(id);
        var peers = string.Join(
            ';',
            Sim.Ids.Select((member, i) => (Id: member, Text: $"{member}-localhost:{FirstPort + i}"))
                .Where(peer => own is null || own.Contains(peer.Id)).Select(peer => peer.Text));
        return DLedgerSettings.FromConfig(
            ConfigurationFactory.ParseString(
                $"dledger {{ \n {_hocon} \n {HoconOf.GetValueOrDefault(id)} \n id = {id} \n group = {Group} \n peers = \"{peers}\" \n }}"));
    }

    /// <summary>As <see cref="RunStateMachines"/>, with machines that a test has of its own, and checks itself.</summary>
    public void RunStateMachines(Func<string, ILedgerStateMachine> machine)
    {
        foreach (var id in Sim.Ids) Sim.Disk(id).RetentionBytes = 0;
        StateMachine = machine;
    }

    private void Start(SimNodeContext context)
    {
        var node = context.Node;
        var system = node.Start(SystemName);
        var environment = new NodeEnvironment(
            SettingsOf(node.Id),
            new SimLogStoreFactory(context.Disk),
            new SimPeerNetwork(context.Network, node),
            node.Random.Fork("engine"))
        {
            StateMachine = StateMachine is { } machine ? () => machine(node.Id) : null,
            EntriesPerDigest = EntriesPerDigest,
            LeaseClock = () => node.Clock,
        };
        context.Network.Listen(node.Id, delivery => PeerRouter.Of(system).Deliver(delivery.Message, null));
        var incarnation = node.Incarnation;
        var starter = new AnswerRef(system, "starter", _ => _started.Add((node.Id, incarnation)));
        system.ActorOf(GroupsActor.Props(), GroupsActor.Name).Tell(new GroupsActor.StartGroup(environment), starter);
    }
}
