using System.Diagnostics;
using Akka.Actor;
using Akka.Remote;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Reaches the other members of a group over Akka.Remote: votes and heartbeats over the control transport, pushes and their answers over the bulk transport. Receivers are
/// addressed by path alone, so that a restarted peer is the same to us, and nothing is ever watched: partitions of any length heal by themselves. Of two members the one with
/// the lower address makes the connections, both of them and at any time, and the other waits for them (<see cref="Connections"/>). A connection on which nothing comes back is
/// made anew (<see cref="Silence"/>).
/// </summary>
internal sealed class RemotePeerNetwork : IPeerNetwork
{
    /// <summary>Longer than <c>connection-timeout</c> in <c>hocon/remoting.conf</c>: a connection in the making is given its time.</summary>
    private static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(2);

    private readonly ExtendedActorSystem _system;
    private readonly string _group;
    private readonly Member _self;
    private readonly TimeSpan _silenceLimit;
    private readonly Dictionary<(string MemberId, PeerRole Role), Receiver> _receivers = [];

    /// <param name="system">With both transports.</param>
    /// <param name="settings">This member, and the others to connect to.</param>
    public RemotePeerNetwork(ActorSystem system, DLedgerSettings settings)
    {
        _system = (ExtendedActorSystem)system;
        _group = settings.Group;
        _self = settings.Self;

        // A member without a leader is heard about every election timeout: nothing is called silent sooner.
        _silenceLimit = Longer(SilenceMin, settings.ElectionTimeoutMax * 4);
        var pauseMax = Longer(PauseMin, settings.ElectionTimeoutMax * 2);
        var connections = DLedgerExtension.Get(system).Connections;
        foreach (var member in settings.Members.Where(member => member.Id != settings.Id))
        {
            LinkTo(member, connections, pauseMax, PeerRole.Elector);
            LinkTo(member, connections, pauseMax, PeerRole.EntryHandler, PeerRole.Dispatcher);
        }
    }

    private TimeSpan Now => _system.Scheduler.MonotonicClock;

    public void Send(Member to, PeerRole role, PeerMessage message)
    {
        var (actor, link) = _receivers[(to.Id, role)];
        var now = Now;
        // Lost, as on any broken connection; the other side is making a new one.
        if (!link.WeConnect && !link.Connection.MaySend(now)) return;
        if (link.Silence.Sent(now)) Reconnect(link, now);
        actor.Tell(message, ActorRefs.NoSender);
    }

    public void Heard(string memberId, PeerRole at)
    {
        if (!_receivers.TryGetValue((memberId, at), out var from)) return;
        from.Link.Silence.Heard();
        from.Link.Connection.Heard(Now);
    }

    /// <summary>Where a message to this role of that member goes.</summary>
    internal string PathOf(Member to, PeerRole role)
    {
        var node = $"{_system.Name}@{(role == PeerRole.Elector ? to.Address : (to with { Port = to.BulkPort }).Address)}/user/dledger/{_group}";
        return role switch
        {
            PeerRole.Elector => $"akka.tcp://{node}/elector",
            PeerRole.EntryHandler => $"akka.{BulkTransport.Scheme}://{node}/entry-handler",
            PeerRole.Dispatcher => $"akka.{BulkTransport.Scheme}://{node}/dispatcher-{_self.Id}",
            _ => throw new UnreachableException(),
        };
    }

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    /// <summary>Roles that share a transport share its connections.</summary>
    private void LinkTo(Member member, Connections connections, TimeSpan pauseMax, params ReadOnlySpan<PeerRole> roles)
    {
        Link? link = null;
        foreach (var role in roles)
        {
            var actor = _system.Provider.ResolveActorRef(PathOf(member, role));
            var address = actor.Path.Address;
            if (link is null)
            {
                link = new Link(address, connections.Of(address, Now), new Silence(_silenceLimit, pauseMax), Connects(member));
                if (link.WeConnect) connections.Keep(actor, Now);
            }

            _receivers.Add((member.Id, role), new Receiver(actor, link));
        }
    }

    /// <summary>
    /// Ends the connections to an address, in both directions; the next message after <c>retry-gate-closed-for</c> makes a new one. Without a uid Akka quarantines nobody.
    /// Never while a connection is being made: Akka would leave it behind, open and with no reader, and the peer might write to that one for good.
    /// </summary>
    private void Reconnect(Link link, TimeSpan now)
    {
        if (link.Connection.UnchangedSince is not { } since || now - since < _silenceLimit) return;
        if (_system.Provider is IRemoteActorRefProvider remote) remote.Transport.Quarantine(link.Address, null);
    }

    /// <summary>Both sides must come to the same answer: the addresses are the same in everybody's settings, whatever the group.</summary>
    private bool Connects(Member to) => string.CompareOrdinal(_self.Address, to.Address) < 0;

    private sealed record Link(Address Address, ConnectionState Connection, Silence Silence, bool WeConnect);

    private sealed record Receiver(IActorRef Actor, Link Link);
}
