using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Node;

/// <summary>
/// Where everything comes in that members elsewhere say to members of this process: one address for all groups, as long as the ActorSystem lives.
/// Groups and their roles come and go behind it. Peers know neither their names nor whether they are new: Akka.Remote keeps for each thread which
/// actor a path stood for, so what was once addressed by a name may never reach what is made under it later.
/// </summary>
internal sealed class PeerRouter : IExtension
{
    private static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, PeerReceivers> _groups = new(StringComparer.Ordinal);
    private readonly IScheduler _scheduler;
    private readonly ILoggingAdapter _log;
    private long _dropped;
    private long _lives;
    private long _lastLogged = long.MinValue;

    public PeerRouter(ExtendedActorSystem system)
    {
        _scheduler = system.Scheduler;
        _log = Logging.GetLogger(system, this);
        Reference = new PeerRouterRef(system, this);
    }

    /// <summary>What others send to, by its path.</summary>
    public IActorRef Reference { get; }

    /// <summary>Told of every <see cref="LinkMessage"/>, with the router that it comes from.</summary>
    public Action<IActorRef>? LinkHeard { get; set; }

    /// <summary>What came in and was for nobody here: no message between members, or of a group that is not here.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public static PeerRouter Of(ActorSystem system) => system.WithExtension<PeerRouter, PeerRouterProvider>();

    /// <summary>Whether a role got a message from a router: no path leads to this sender, so nobody elsewhere can name it.</summary>
    public static bool IsStamp(IActorRef sender) => ReferenceEquals(sender, Stamp.Instance);

    /// <summary>A number for the actors of one life of a group, so that none of them has a name that another had.</summary>
    public long NextLife() => Interlocked.Increment(ref _lives);

    public void Register(string group, PeerReceivers receivers) => _groups[group] = receivers;

    /// <summary>What comes for these roles from now on is lost, as for a process that is down.</summary>
    public void Unregister(string group, PeerReceivers receivers) => _groups.TryRemove(new KeyValuePair<string, PeerReceivers>(group, receivers));

    /// <summary>Hands over what has come in: on the thread that brought it, with nothing in between.</summary>
    public void Deliver(object message, IActorRef? from)
    {
        switch (message)
        {
            // Of a group that is not started, or is just between two lives, peers say something all the time: that is only counted.
            case PeerMessage peer:
                if (_groups.TryGetValue(peer.Origin.Group, out var receivers)) receivers.For(peer).Tell(peer, Stamp.Instance);
                else Interlocked.Increment(ref _dropped);
                break;
            case Ping when PeerRouterRef.IsRouter(from):
                LinkHeard?.Invoke(from!);
                from!.Tell(Pong.Instance, Reference);
                break;
            case Pong when PeerRouterRef.IsRouter(from):
                LinkHeard?.Invoke(from!);
                break;
            default:
                Drop(message);
                break;
        }
    }

    private void Drop(object message)
    {
        var dropped = Interlocked.Increment(ref _dropped);
        var now = _scheduler.MonotonicClock.Ticks;
        var last = Interlocked.Read(ref _lastLogged);
        if (last != long.MinValue && now - last < LogEvery.Ticks) return;
        if (Interlocked.CompareExchange(ref _lastLogged, now, last) == last)
            _log.Warning("Dropped {0}; {1} dropped so far", Described(message), dropped);
    }

    /// <summary>A member of an earlier version says something, too, as long as nobody here understands it.</summary>
    private static string Described(object message) => message is Undecodable unread
        ? $"what a process said that may be a member ({unread.Manifest}): {unread.Reason}"
        : $"a {message.GetType().Name}, which is nothing that members say to each other";

    /// <summary>The sender of all that a router hands over.</summary>
    private sealed class Stamp : MinimalActorRef
    {
        public static readonly Stamp Instance = new();

        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "router");

        public override IActorRefProvider Provider => throw new NotSupportedException("Nothing lives here.");
    }
}
