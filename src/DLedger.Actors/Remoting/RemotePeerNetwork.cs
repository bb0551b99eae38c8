using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Reaches the other members of a group over Akka.Remote: votes and heartbeats over the control transport, pushes and their answers over the bulk transport. Receivers are
/// addressed by path alone, so that a restarted peer is the same to us, and nothing is ever watched: partitions of any length heal by themselves.
/// </summary>
internal sealed class RemotePeerNetwork : IPeerNetwork
{
    private readonly ExtendedActorSystem _system;
    private readonly string _group;
    private readonly string _selfId;
    private readonly ConcurrentDictionary<(Member To, PeerRole Role), IActorRef> _receivers = new();

    public RemotePeerNetwork(ActorSystem system, string group, string selfId)
    {
        _system = (ExtendedActorSystem)system;
        _group = group;
        _selfId = selfId;
    }

    public void Send(Member to, PeerRole role, PeerMessage message) =>
        _receivers.GetOrAdd((to, role), static (key, network) => network.Resolve(key.To, key.Role), this).Tell(message, ActorRefs.NoSender);

    /// <summary>Where a message to this role of that member goes.</summary>
    internal string PathOf(Member to, PeerRole role)
    {
        var node = $"{_system.Name}@{(role == PeerRole.Elector ? to.Address : (to with { Port = to.BulkPort }).Address)}/user/dledger/{_group}";
        return role switch
        {
            PeerRole.Elector => $"akka.tcp://{node}/elector",
            PeerRole.EntryHandler => $"akka.{BulkTransportAdapter.Scheme}.tcp://{node}/entry-handler",
            PeerRole.Dispatcher => $"akka.{BulkTransportAdapter.Scheme}.tcp://{node}/dispatcher-{_selfId}",
            _ => throw new UnreachableException(),
        };
    }

    private IActorRef Resolve(Member to, PeerRole role) => _system.Provider.ResolveActorRef(PathOf(to, role));
}
