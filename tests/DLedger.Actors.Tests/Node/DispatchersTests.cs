using Akka.Actor;
using DLedger.Core;
using DLedger.Node;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>Who is fed: the others of the set, at the start and at every change.</summary>
public sealed class DispatchersTests
{
    private readonly List<string> _done = [];
    private readonly Dispatchers _dispatchers;

    public DispatchersTests() => _dispatchers = new Dispatchers("n1", Start, dispatcher => _done.Add($"stop {dispatcher.Path.Name}"));

    [Fact]
    public void At_the_start_every_other_member_gets_one()
    {
        _dispatchers.MembersAre(Membership.Of(["n0", "n1", "n2"]), 7);
        Assert.Equal(["start n0-7", "start n2-7"], _done);
        Assert.Equal(["n0", "n2"], _dispatchers.ByPeer.Keys);
    }

    [Fact]
    public void A_member_alone_feeds_nobody()
    {
        _dispatchers.MembersAre(Membership.Of(["n1"]), 7);
        Assert.Empty(_done);
    }

    [Fact]
    public void Who_comes_gets_one_who_goes_loses_it_and_who_stays_keeps_it()
    {
        _dispatchers.MembersAre(Membership.Of(["n0", "n1", "n2"]), 1);
        var stays = _dispatchers.ByPeer["n2"];
        _done.Clear();
        _dispatchers.MembersAre(Membership.Of(["n1", "n2", "n3"]), 2);
        Assert.Equal(["start n3-2", "stop n0-1"], _done);
        Assert.Equal(["n2", "n3"], _dispatchers.ByPeer.Keys);
        Assert.Same(stays, _dispatchers.ByPeer["n2"]);
    }

    [Fact]
    public void The_outgoing_half_and_learners_are_fed_too()
    {
        _dispatchers.MembersAre(new Membership([Life("n1"), Life("n2")], outgoing: [Life("n0"), Life("n1")], learners: [Life("n3")]), 1);
        Assert.Equal(["n0", "n2", "n3"], _dispatchers.ByPeer.Keys);
    }

    [Fact]
    public void A_member_that_comes_back_gets_a_new_one_under_a_name_that_no_other_had()
    {
        _dispatchers.MembersAre(Membership.Of(["n0", "n1"]), 1);
        _dispatchers.MembersAre(Membership.Of(["n1"]), 2);
        _dispatchers.MembersAre(Membership.Of(["n0", "n1"]), 3);
        Assert.Equal(["start n0-1", "stop n0-1", "start n0-3"], _done);
    }

    [Fact]
    public void Two_lives_of_one_member_are_fed_by_one()
    {
        var next = new MemberLife("n0", new Guid(1, 0, 0, new byte[8]));
        _dispatchers.MembersAre(new Membership([Life("n0"), Life("n1")], learners: [next]), 1);
        Assert.Equal(["start n0-1"], _done);
    }

    [Fact]
    public void What_was_handed_out_stays_as_it_is_when_the_set_changes()
    {
        _dispatchers.MembersAre(Membership.Of(["n0", "n1"]), 1);
        var before = _dispatchers.ByPeer;
        _dispatchers.MembersAre(Membership.Of(["n1", "n2"]), 2);
        Assert.Equal(["n0"], before.Keys);
    }

    private static MemberLife Life(string id) => new(id, Guid.Empty);

    private NamedRef Start(string peer, long number)
    {
        var dispatcher = new NamedRef($"{peer}-{number}");
        _done.Add($"start {dispatcher.Path.Name}");
        return dispatcher;
    }

    private sealed class NamedRef(string name) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / name;

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
