using Akka.Actor;
using Akka.Configuration;
using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>
/// Three processes that each run a member of two groups: one that is to fall ill, on disks of its own, and one that is to stay well, under the eyes
/// of <see cref="Safety"/>.
/// </summary>
internal sealed class TwoGroups
{
    public const string Sick = "sick";
    public const string Well = LedgerCluster.Group;

    private const string SystemName = "dledger";

    private readonly SortedDictionary<string, SimDisk> _sickDisks = new(StringComparer.Ordinal);
    private readonly Safety _safety;
    private long _asked;

    public TwoGroups()
    {
        World = new World(1);
        Sim = new SimCluster(World, ["n0", "n1", "n2"], LedgerCodec.Codec, Start);
        _safety = new Safety(Sim);
        foreach (var id in Sim.Ids) _sickDisks.Add(id, new SimDisk(Sim.Node(id)));
        var watch = Sim.Network.OnSend;
        Sim.Network.OnSend = (from, to, message) =>
        {
            if (message is PeerMessage { Origin.Group: Well }) watch?.Invoke(from, to, message);
        };
    }

    public World World { get; }

    public SimCluster Sim { get; }

    /// <summary>Of the well group.</summary>
    public int LeadersSeen => _safety.LeadersSeen;

    public SimDisk SickDisk(string id) => _sickDisks[id];

    /// <summary>Asks and lets time pass until there is an answer.</summary>
    public object Ask(string id, string group, object message)
    {
        object? answer = null;
        var system = Sim.Node(id).System!;
        system.ActorSelection($"/user/dledger/{group}").Tell(message, new AnswerRef(system, "client", said => answer = said));
        if (!World.RunUntil(() => answer is not null, World.Now + TimeSpan.FromSeconds(5)))
            throw World.Failure($"{id} does not answer {message} for group {group}.");
        return answer!;
    }

    /// <summary>Appends a body of its own to the well group.</summary>
    public object AppendToWell(string id)
    {
        var request = new Request(_asked++, id, Sim.Node(id).Incarnation, new Append(_safety.Clients.NewBody("")), _safety.Clients.Shown, World.Now);
        _safety.Clients.Asked(request);
        return Ask(id, Well, request.Message);
    }

    /// <summary>Asks the groups actor of a node.</summary>
    public object AskGroups(string id, object message)
    {
        object? answer = null;
        var system = Sim.Node(id).System!;
        system.ActorSelection($"/user/{GroupsActor.Name}").Tell(message, new AnswerRef(system, "operator", said => answer = said));
        if (!World.RunUntil(() => answer is not null, World.Now + TimeSpan.FromSeconds(5)))
            throw World.Failure($"The groups actor of {id} does not answer {message}.");
        return answer!;
    }

    public string LeaderOf(string group)
    {
        var deadline = World.Now + TimeSpan.FromSeconds(10);
        while (World.Now < deadline)
        {
            World.RunFor(TimeSpan.FromMilliseconds(50));
            foreach (var id in Sim.Ids)
            {
                if (Ask(id, group, new GetStatus()) is LedgerStatus { Role: MemberRole.Leader }) return id;
            }
        }

        throw World.Failure($"Nobody leads group {group}.");
    }

    /// <summary>What a member is started with.</summary>
    public NodeEnvironment EnvironmentOf(string id, string group)
    {
        var peers = string.Join(';', Sim.Ids.Select((member, i) => $"{member}-localhost:{LedgerCluster.FirstPort + i}"));
        var settings = DLedgerSettings.FromConfig(
            ConfigurationFactory.ParseString($"dledger {{ \n id = {id} \n group = {group} \n peers = \"{peers}\" \n }}"));
        var node = Sim.Node(id);
        return new NodeEnvironment(
            settings,
            new SimLogStoreFactory(group == Sick ? _sickDisks[id] : Sim.Disk(id)),
            new SimPeerNetwork(Sim.Network, node),
            node.Random.Fork($"engine of {group}"));
    }

    private void Start(SimNodeContext context)
    {
        var system = context.Node.Start(SystemName);
        context.Network.Listen(context.Node.Id, delivery => PeerRouter.Of(system).Deliver(delivery.Message, null));
        var groups = system.ActorOf(GroupsActor.Props(), GroupsActor.Name);
        foreach (var group in new[] { Sick, Well })
            groups.Tell(new GroupsActor.StartGroup(EnvironmentOf(context.Node.Id, group)), ActorRefs.NoSender);
    }
}
