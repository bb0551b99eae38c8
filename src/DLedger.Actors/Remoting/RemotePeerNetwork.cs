using Akka.Actor;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Reaches the other members of a group over Akka.Remote: votes and heartbeats over the control transport, pushes and their answers over the bulk
/// transport. Everything goes to the <see cref="PeerRouter"/> of the other process, by path alone, so that a restarted peer is the same to us, and
/// nothing is ever watched: partitions of any length heal by themselves. The connections are shared with all other groups
/// (<see cref="Connections"/>); while there is none, what is sent is lost.
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

    public void MembersAre(Membership set)
    {
        var before = _links ?? [];
        Dictionary<string, Links> links = new(StringComparer.Ordinal);
        foreach (var id in set.Members.Select(member => member.Id).Where(id => id != _settings.Id).Distinct())
        {
            if (MemberAddresses.Find(id, set, _settings) is not { } member) continue; // nobody knows where it is
            links.Add(id, before.TryGetValue(id, out var there) && there.Member == member ? there : LinksTo(member));
        }

        _links = links;
        foreach (var (id, left) in before)
            if (!links.TryGetValue(id, out var stays) || stays != left) Release(left);
    }

    public void Close()
    {
        if (_links is not { } links) return;
        _links = null;
        foreach (var left in links.Values) Release(left);
    }

    public void Send(string to, PeerMessage message)
    {
        // Who is no member, or not known to be anywhere, is not reached.
        if (_links is not { } links || !links.TryGetValue(to, out var member)) return;
        var link = member.For(message);
        // Lost, as on any broken connection; a new one is being made.
        if (link.Connection.IsUp) link.Router.Tell(message, ActorRefs.NoSender);
    }

    public void Heard(PeerMessage message)
    {
        if (_links is { } links && links.TryGetValue(message.Origin.NodeId, out var from)) from.For(message).Heard(_system.Scheduler.MonotonicClock);
    }

    private Links LinksTo(Member member) => new(
        member,
        LinkTo(member, MemberAddress.ControlRouter(_system.Name, member)),
        LinkTo(member, MemberAddress.BulkRouter(_system.Name, member)));

    private void Release(Links links)
    {
        _connections.Release(links.Control);
        _connections.Release(links.Bulk);
    }

    /// <summary>
    /// Both sides must come to the same answer, who connects: the addresses are the same in everybody's settings, whatever the group.
    /// </summary>
    private Link LinkTo(Member member, string router) =>
        _connections.Use(
            ((ExtendedActorSystem)_system).Provider.ResolveActorRef(router), string.CompareOrdinal(_settings.Self.Address, member.Address) < 0);

    /// <summary>The two connections to one member's process.</summary>
    private sealed record Links(Member Member, Link Control, Link Bulk)
    {
        public Link For(PeerMessage message) => PeerRoles.IsBulk(message) ? Bulk : Control;
    }
}
