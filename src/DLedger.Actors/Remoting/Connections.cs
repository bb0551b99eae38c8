using System.Collections.Concurrent;
using Akka.Actor;
using DLedger.Node;

namespace DLedger.Remoting;

/// <summary>
/// The links to the processes that groups here have members in. One for each address, whatever the number of groups, and for as long as one of them
/// has a use for it. One for each ActorSystem; <see cref="LinkKeeper"/> makes the connections and looks after them.
/// </summary>
internal sealed class Connections
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Address, Link> _links = new();
    private readonly Dictionary<Link, int> _users = new(ReferenceEqualityComparer.Instance);
    private readonly ActorSystem _system;
    private readonly IActorRef _keeper;

    public Connections(ActorSystem system)
    {
        _system = system;
        var router = PeerRouter.Of(system);
        _keeper = system.ActorOf(LinkKeeper.Props(this, router));
        router.LinkHeard = from => Of(from.Path.Address)?.Heard(Now);
    }

    /// <summary>All there are at the moment.</summary>
    public ICollection<Link> All => _links.Values;

    private TimeSpan Now => _system.Scheduler.MonotonicClock;

    /// <summary>The link to an address; null when nobody here has a use for it.</summary>
    public Link? Of(Address address) => _links.GetValueOrDefault(address);

    /// <summary>The link to the process with this router, and from now on a connection to it. <see cref="Release"/> must follow.</summary>
    /// <param name="router">Resolved by its path.</param>
    /// <param name="weConnect">The same for all groups: it follows from the addresses.</param>
    public Link Use(IActorRef router, bool weConnect)
    {
        Link? link;
        lock (_gate)
        {
            if (!_links.TryGetValue(router.Path.Address, out link)) _links[router.Path.Address] = link = new Link(router, weConnect, Now);
            _users[link] = _users.GetValueOrDefault(link) + 1;
        }

        _keeper.Tell(LinkKeeper.Look.Now);
        return link;
    }

    /// <summary>With its last user a link is gone: nobody connects there any more.</summary>
    public void Release(Link link)
    {
        lock (_gate)
        {
            if (--_users[link] > 0) return;
            _users.Remove(link);
            _links.TryRemove(link.Address, out _);
        }
    }
}
