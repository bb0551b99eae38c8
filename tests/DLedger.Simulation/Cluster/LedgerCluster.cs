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

    private readonly string _hocon;
    private readonly HashSet<(string Node, long Incarnation)> _started = [];

    /// <param name="hocon">What differs from the reference settings, inside of <c>dledger</c>.</param>
    public LedgerCluster(World world, int size, string hocon = "")
    {
        _hocon = hocon;
        string[] ids = [.. Enumerable.Range(0, size).Select(i => $"n{i}")];
        Sim = new SimCluster(world, ids, LedgerCodec.Codec, Start);
        Safety = new Safety(Sim);
    }

    public World World => Sim.World;

    public SimCluster Sim { get; }

    /// <summary>Who stands in a member's peers, where those are not all.</summary>
    public Dictionary<string, string[]> PeersOf { get; } = [];

    /// <summary>What differs at one member, in HOCON.</summary>
    public Dictionary<string, string> HoconOf { get; } = [];

    public Safety Safety { get; }

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

    private void Start(SimNodeContext context)
    {
        var node = context.Node;
        var system = node.Start(SystemName);
        var environment = new NodeEnvironment(
            SettingsOf(node.Id),
            new SimLogStoreFactory(context.Disk),
            new SimPeerNetwork(context.Network, node),
            node.Random.Fork("engine"));
        context.Network.Listen(node.Id, delivery => PeerRouter.Of(system).Deliver(delivery.Message, null));
        var incarnation = node.Incarnation;
        var starter = new AnswerRef(system, "starter", _ => _started.Add((node.Id, incarnation)));
        system.ActorOf(GroupsActor.Props(), GroupsActor.Name).Tell(new GroupsActor.StartGroup(environment), starter);
    }
}
