using Akka.Actor;
using Akka.Remote;
using DLedger.Node;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Makes the connections of all links and looks after them: hears from Akka what becomes of connections, tries to connect where one is missing, asks
/// where nothing is heard, and has one made anew on which no answer comes (<see cref="Silence"/>). Nobody else makes a connection: Akka copies what
/// waits for one at each further message.
/// </summary>
/// <remarks>
/// Of two members one makes the connection and the other waits for it, because two that are made at the same moment can end up deaf.
/// <code>
///   missing --ping, every 200 ms, or every 10 s by the side that waits--> up
///   up, nothing heard for a second --ping, once a second--> heard again, or silent for five seconds: ended, and missing
/// </code>
/// </remarks>
internal sealed class LinkKeeper : UntypedActor, IWithTimers
{
    /// <summary>Well below <c>retry-gate-closed-for</c> in <c>hocon/remoting.conf</c>, which says how often a try gets through.</summary>
    private static readonly TimeSpan ConnectRetryInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(1);

    private readonly Connections _connections;
    private readonly PeerRouter _router;

    public LinkKeeper(Connections connections, PeerRouter router)
    {
        _connections = connections;
        _router = router;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Time => Context.System.Scheduler.MonotonicClock;

    public static Props Props(Connections connections, PeerRouter router) =>
        Akka.Actor.Props.Create(() => new LinkKeeper(connections, router)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(AssociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        Self.Tell(Look.Now);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AssociationErrorEvent failed:
                _connections.Of(failed.RemoteAddress)?.Connection.Failed(failed.IsInbound, Time);
                break;
            case AssociationEvent changed:
                if (_connections.Of(changed.RemoteAddress) is not { } link) return;
                link.Connection.Changed(changed is AssociatedEvent, changed.IsInbound, Time);
                // At once, and from then on as often as one that is missing needs.
                if (changed is not AssociatedEvent) LookAtAll();
                break;
            case Look:
                LookAtAll();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void LookAtAll()
    {
        var now = Time;
        var all = _connections.All;
        var missing = false;
        foreach (var link in all) missing |= !LookAt(link, now);
        if (all.Count == 0) Timers.Cancel(nameof(Look));
        else Timers.StartSingleTimer(nameof(Look), Look.Now, missing ? ConnectRetryInterval : PingInterval);
    }

    /// <summary>False: there is no connection.</summary>
    private bool LookAt(Link link, TimeSpan now)
    {
        if (!link.Connection.IsUp)
        {
            if (link.WeConnect || link.Connection.MayTry(now)) Ping(link, now, ConnectRetryInterval);
            return false;
        }

        if (link.IsDeaf(now)) Reconnect(link);
        else if (now - link.HeardAt >= PingInterval) Ping(link, now, PingInterval);
        return true;
    }

    private void Ping(Link link, TimeSpan now, TimeSpan atMostEvery)
    {
        // A timer is not exact: what comes a little early is in time.
        if (link.Pinged is { } pinged && now - pinged < atMostEvery * 0.75) return;
        link.Pinged = now;
        link.Router.Tell(Protocol.Ping.Instance, _router.Reference);
    }

    /// <summary>
    /// Ends the connections to an address, in both directions; the next try after <c>retry-gate-closed-for</c> makes a new one. Without a uid Akka
    /// quarantines nobody.
    /// </summary>
    private static void Reconnect(Link link)
    {
        if (((ExtendedActorSystem)Context.System).Provider is IRemoteActorRefProvider remote) remote.Transport.Quarantine(link.Address, null);
    }

    /// <summary>It is time to look at the links, or there is a new one.</summary>
    internal sealed record Look : ILocalMessage
    {
        public static readonly Look Now = new();
    }
}
