using Akka.Actor;
using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Reaches the other members of a group over Akka.Remote: votes and heartbeats over the control transport, pushes and their answers over the bulk transport. Everything goes to the
/// <see cref="PeerDoor"/> of the other process, by path alone, so that a restarted peer is the same to us, and nothing is ever watched: partitions of any length heal by themselves.
/// The connections are shared with all other groups (<see cref="Connections"/>); while there is none, what is sent is lost.
/// </summary>
internal sealed class RemotePeerNetwork : IPeerNetwork
{
    private readonly ActorSystem _system;
    private readonly DLedgerSettings _settings;
    private readonly Connections _connections;
    private volatile Dictionary<string, Links>? _links;

    /// <param name="system">With both transports.</param>
    /// <param name="settings">This member, and the others to connect to.</param>
    public RemotePeerNetwork(ActorSystem system, DLedgerSettings settings)
    {
        _system = system;
        _settings = settings;
        _connections = DLedgerExtension.Get(system).Connections;
    }

    public void Open() => _links ??= _settings.Members.Where(member => member.Id != _settings.Id)
        .ToDictionary(member => member.Id, LinksTo, StringComparer.Ordinal);

    public void Close()
    {
        if (_links is not { } links) return;
        _links = null;
        foreach (var link in links.Values)
        {
            _connections.Release(link.Control);
            _connections.Release(link.Bulk);
        }
    }

    public void Send(Member to, PeerMessage message)
    {
        if (_links is not { } links) return;
        var link = links[to.Id].For(message);
        // Lost, as on any broken connection; a new one is being made.
        if (link.Connection.IsUp) link.Door.Tell(message, ActorRefs.NoSender);
    }

    public void Heard(PeerMessage message)
    {
        if (_links is { } links && links.TryGetValue(message.Origin.NodeId, out var from)) from.For(message).Heard(_system.Scheduler.MonotonicClock);
    }

    private Links LinksTo(Member member) => new(
        LinkTo(member, MemberAddress.ControlDoor(_system.Name, member)), LinkTo(member, MemberAddress.BulkDoor(_system.Name, member)));

    /// <summary>Both sides must come to the same answer, who connects: the addresses are the same in everybody's settings, whatever the group.</summary>
    private Link LinkTo(Member member, string door) =>
        _connections.Use(((ExtendedActorSystem)_system).Provider.ResolveActorRef(door), string.CompareOrdinal(_settings.Self.Address, member.Address) < 0);

    /// <summary>The two connections to one member's process.</summary>
    private sealed record Links(Link Control, Link Bulk)
    {
        public Link For(PeerMessage message) => PeerRoles.IsBulk(message) ? Bulk : Control;
    }
}
