using Akka.Actor;

namespace DLedger.Simulation;

/// <summary>A reference, on one node, to an actor of another: what is told to it goes through the network.</summary>
internal sealed class SimRemoteRef : MinimalActorRef
{
    private readonly SimNetwork _network;
    private readonly SimNode _node;
    private readonly long _incarnation;
    private readonly SimAddress _to;

    public SimRemoteRef(SimNetwork network, SimNode node, SimAddress to)
    {
        _network = network;
        _node = node;
        _incarnation = node.Incarnation;
        _to = to;
        var system = (ExtendedActorSystem)(node.System ?? throw new InvalidOperationException($"{node.Id} is down."));
        Provider = system.Provider;
        Path = ActorPath.Parse($"akka.sim://{to.Node}@{to.Node}:1/{to.Target.TrimStart('/')}");
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (_incarnation != _node.Incarnation) return;
        _network.Send(new SimAddress(_node.Id, sender?.Path.ToStringWithoutAddress() ?? ""), _to, message);
    }
}
