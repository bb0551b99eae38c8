using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Remote;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Reaches the other members of a group over Akka.Remote: votes and heartbeats over the control transport, pushes and their answers over the bulk transport. Receivers are
/// addressed by path alone, so that a restarted peer is the same to us, and nothing is ever watched: partitions of any length heal by themselves. A connection on which nothing
/// comes back is made anew (<see cref="Silence"/>).
/// </summary>
internal sealed class RemotePeerNetwork : IPeerNetwork
{
    /// <summary>Longer than <c>connection-timeout</c> in <c>hocon/remoting.conf</c>: a connection in the making is given its time.</summary>
    private static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(2);

    private readonly ExtendedActorSystem _system;
    private readonly string _group;
    private readonly string _selfId;
    private readonly Connections _connections;
    private readonly TimeSpan _silenceLimit;
    private readonly TimeSpan _pauseMax;
    private readonly ConcurrentDictionary<(Member To, PeerRole Role), IActorRef> _receivers = new();
    private readonly ConcurrentDictionary<(string MemberId, bool Bulk), Silence> _silences = new();

    /// <param name="system">With both transports.</param>
    /// <param name="group">The group.</param>
    /// <param name="selfId">This member.</param>
    /// <param name="electionTimeoutMax">A member without a leader is heard about this often: nothing is called silent sooner.</param>
    public RemotePeerNetwork(ActorSystem system, string group, string selfId, TimeSpan electionTimeoutMax = default)
    {
        _silenceLimit = Longer(SilenceMin, electionTimeoutMax * 4);
        _pauseMax = Longer(PauseMin, electionTimeoutMax * 2);
        _system = (ExtendedActorSystem)system;
        _connections = DLedgerExtension.Get(system).Connections;
        _group = group;
        _selfId = selfId;
    }

    public void Send(Member to, PeerRole role, PeerMessage message)
    {
        var receiver = _receivers.GetOrAdd((to, role), static (key, network) => network.Resolve(key.To, key.Role), this);
        var now = _system.Scheduler.MonotonicClock;
        if (SilenceOf(to.Id, role).Sent(now)) Reconnect(receiver.Path.Address, now);
        receiver.Tell(message, ActorRefs.NoSender);
    }

    public void Heard(string memberId, PeerRole at) => SilenceOf(memberId, at).Heard();

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

    private static TimeSpan Longer(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private Silence SilenceOf(string memberId, PeerRole role) => _silences.GetOrAdd(
        (memberId, role != PeerRole.Elector), static (_, network) => new Silence(network._silenceLimit, network._pauseMax), this);

    /// <summary>
    /// Ends the connections to an address, in both directions; the next message after <c>retry-gate-closed-for</c> makes a new one. Without a uid Akka quarantines nobody.
    /// Never while a connection is being made: Akka would leave it behind, open and with no reader, and the peer might write to that one for good.
    /// </summary>
    private void Reconnect(Address address, TimeSpan now)
    {
        if (_connections.Of(address).UnchangedSince is not { } since || now - since < _silenceLimit) return;
        if (_system.Provider is IRemoteActorRefProvider remote) remote.Transport.Quarantine(address, null);
    }

    private IActorRef Resolve(Member to, PeerRole role)
    {
        var receiver = _system.Provider.ResolveActorRef(PathOf(to, role));
        _connections.Of(receiver.Path.Address); // watched before the first message makes the first connection
        return receiver;
    }
}
