using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Node;
using DLedger.Protocol;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>What processes say to each other whatever groups they share, and what a router has for nobody.</summary>
public sealed class PeerRouterTests : IAsyncLifetime
{
    private readonly Systems _systems = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _systems.StopAll();

    [Fact]
    public void What_is_no_message_between_members_is_dropped_by_the_router_and_counted()
    {
        var router = PeerRouter.Of(_systems.Member(Systems.Settings(1)));

        router.Reference.Tell(new GetStatus());
        router.Reference.Tell(new Undecodable("x", "not ours"));
        router.Reference.Tell(PoisonPill.Instance);
        router.Reference.Tell(Ping.Instance, ActorRefs.NoSender);

        Assert.Equal(4, router.Dropped);
    }

    [Fact]
    public async Task What_a_member_of_a_version_without_a_number_says_is_told_in_one_line()
    {
        var system = _systems.Member(Systems.Settings(1));
        var warnings = await Inbox.At(system, "warnings");
        system.EventStream.Subscribe(await system.ActorSelection("/user/warnings").ResolveOne(Inbox.Deadline), typeof(Warning));

        // The Hello of that version; there was no list of members in it, either.
        var serializer = system.Serialization.FindSerializerForType(typeof(DLedgerMessage));
        PeerRouter.Of(system).Reference.Tell(((WireSerializer)serializer).FromBinary([1, (byte)'c'], "O2"));

        var warning = (await warnings.Next<Warning>()).Message.ToString()!;
        Assert.Contains("may be a member (O2)", warning, StringComparison.Ordinal);
        Assert.Contains("not known to this version", warning, StringComparison.Ordinal);
    }

    /// <summary>The connection is good, so there is nobody to call silent: what a group does not say is no news of the connection.</summary>
    [Fact]
    public async Task A_process_without_groups_is_heard_and_stays_connected()
    {
        var settings = Systems.Settings(2);
        var left = _systems.Member(settings);
        var right = _systems.Member(settings with { Id = "n1" });
        var heard = Channel.CreateUnbounded<Address>();
        var connections = DLedgerExtension.Get(left).Connections;
        var router = PeerRouter.Of(left);
        var tell = router.LinkHeard!;
        router.LinkHeard = from =>
        {
            tell(from);
            heard.Writer.TryWrite(from.Path.Address);
        };

        var made = Systems.Connections(right);
        new RemotePeerNetwork(left, settings).MembersAre(MemberAddresses.SetOf(settings));
        var answers = connections.All.ToDictionary(link => link.Address, _ => 0);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        // One a second and link: longer than any silence may last.
        while (answers.Values.Any(count => count < 7)) answers[await heard.Reader.ReadAsync(deadline.Token)]++;

        Assert.Equal(2, answers.Count);
        Assert.All(connections.All, link => Assert.True(link.Connection.IsUp));
        Assert.True(made.TryRead(out _) && made.TryRead(out _));
        Assert.False(made.TryRead(out _), "A connection was made anew.");
    }

    [Fact]
    public void Groups_share_a_link_and_it_goes_with_the_last_of_them()
    {
        var settings = Systems.Settings(3);
        var system = _systems.Member(settings);
        var connections = DLedgerExtension.Get(system).Connections;
        var first = new RemotePeerNetwork(system, settings);
        var second = new RemotePeerNetwork(system, settings with { Group = "h" });

        first.MembersAre(MemberAddresses.SetOf(settings));
        second.MembersAre(MemberAddresses.SetOf(settings));
        var shared = connections.All.ToArray();
        first.Close();
        first.Close();
        Assert.Equal(4, shared.Length);
        Assert.Equal(shared.ToHashSet(), connections.All.ToHashSet());

        second.Close();
        Assert.Empty(connections.All);
    }

    [Fact]
    public void Links_come_and_go_with_the_set_of_members()
    {
        var settings = Systems.Settings(2);
        var system = _systems.Member(settings);
        var connections = DLedgerExtension.Get(system).Connections;
        var network = new RemotePeerNetwork(system, settings);
        network.MembersAre(MemberAddresses.SetOf(settings));
        var links = connections.All.ToHashSet();
        Assert.Equal(2, links.Count);

        var comes = new MemberLife("n2", Guid.Empty);
        MemberLife[] stay = [.. settings.Members.Select(member => new MemberLife(member.Id, Guid.Empty))];
        network.MembersAre(new Membership([.. stay, comes], addresses: [new(comes, "127.0.0.1:1/2")]));
        Assert.Equal(4, connections.All.Count);
        Assert.Superset(links, connections.All.ToHashSet());

        network.MembersAre(new Membership([stay[0], comes], addresses: [new(comes, "127.0.0.1:1/2")]));
        Assert.Equal([1, 2], connections.All.Select(link => link.Address.Port!.Value).Order());

        network.MembersAre(new Membership([stay[0], comes], addresses: [new(comes, "127.0.0.1:3/4")]));
        Assert.Equal([3, 4], connections.All.Select(link => link.Address.Port!.Value).Order());

        network.MembersAre(new Membership([stay[0], comes]));
        Assert.Empty(connections.All);
        network.Send("n1", new Heartbeat(new Origin("dledger", "g", "n0", Guid.Empty), new Term(1), 1));
    }

    [Fact]
    public async Task A_router_hands_each_message_to_the_role_of_its_type_in_the_present_life_only()
    {
        var system = _systems.Member(Systems.Settings(1));
        var router = PeerRouter.Of(system);
        var inboxes = new[] { await Inbox.At(system, "elector"), await Inbox.At(system, "handler"), await Inbox.At(system, "dispatcher") };
        var actors = await Task.WhenAll(
            new[] { "elector", "handler", "dispatcher" }.Select(name => system.ActorSelection($"/user/{name}").ResolveOne(Inbox.Deadline)));
        var present = new PeerReceivers(actors[0], actors[1], ActorRefs.Nobody, new Dictionary<string, IActorRef> { ["n1"] = actors[2] });
        var earlier = present with { Dispatchers = new Dictionary<string, IActorRef>() };
        router.Register("g", earlier);
        router.Register("g", present);
        router.Unregister("g", earlier);
        var origin = new Origin("dledger", "g", "n1", Guid.Empty);

        router.Deliver(new Hello(origin, new Term(1), ProtocolVersion.Current, 1), null);
        router.Deliver(new Install(origin, new Term(1), 1, LogBase.Empty), null);
        router.Deliver(new Installed(origin, new Term(1), 1, Tail.Empty), null);
        router.Unregister("g", present);
        router.Deliver(new Hello(origin, new Term(1), ProtocolVersion.Current, 1), null);

        await inboxes[0].Next<Hello>();
        await inboxes[1].Next<Install>();
        await inboxes[2].Next<Installed>();
        Assert.Equal(1, router.Dropped);
    }
}
