using System.Globalization;

namespace DLedger.Simulation.Tests;

public sealed class SimNetworkTests
{
    private static readonly string[] s_five = ["n0", "n1", "n2", "n3", "n4"];
    private readonly World _world = new(5);
    private readonly SimNetwork _network;
    private readonly List<(string Node, string Target, string Text)> _arrived = [];

    public SimNetworkTests()
    {
        _network = TextNetwork.Of(_world);
        foreach (var id in s_five)
        {
            _world.AddNode(id).Start("demo");
            _network.Listen(id, delivery => _arrived.Add((id, delivery.Target, (string)delivery.Message)));
        }
    }

    [Fact]
    public void One_channel_keeps_its_order_and_two_do_not()
    {
        _network.Link = new SimLink(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50), DuplicateRate: 0.2);
        for (var i = 0; i < 200; i++) Send("n0", "n1", i % 2 == 0 ? "even" : "odd", i.ToString("000", CultureInfo.InvariantCulture));
        _world.RunFor(TimeSpan.FromSeconds(1));
        var even = _arrived.Where(a => a.Target == "even").Select(a => a.Text).ToList();
        var odd = _arrived.Where(a => a.Target == "odd").Select(a => a.Text).ToList();
        Assert.Equal(even.Order(StringComparer.Ordinal), even);
        Assert.Equal(odd.Order(StringComparer.Ordinal), odd);
        Assert.Equal(100, even.Distinct().Count());
        Assert.NotEqual(_arrived.Select(a => a.Text).Order(StringComparer.Ordinal), _arrived.Select(a => a.Text));
    }

    [Fact]
    public void A_link_that_reorders_does()
    {
        _network.Link = new SimLink(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50), Reorders: true);
        for (var i = 0; i < 50; i++) Send("n0", "n1", "x", i.ToString("000", CultureInfo.InvariantCulture));
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.NotEqual(_arrived.Select(a => a.Text).Order(StringComparer.Ordinal), _arrived.Select(a => a.Text));
    }

    [Fact]
    public void Loss_and_duplication_are_about_as_frequent_as_asked_for()
    {
        _network.Link = SimLink.Healthy with { LossRate = 0.3 };
        for (var i = 0; i < 1000; i++) Send("n0", "n1", "x", "m");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.InRange(_arrived.Count, 640, 760);
        _arrived.Clear();
        _network.Link = SimLink.Healthy with { DuplicateRate = 0.3 };
        for (var i = 0; i < 1000; i++) Send("n0", "n1", "x", "m");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.InRange(_arrived.Count, 1240, 1360);
    }

    [Fact]
    public void A_link_of_its_own_goes_before_the_common_one()
    {
        _network.SetLink("n0", "n1", SimLink.Healthy with { LossRate = 1 });
        Assert.Equal(["n0->n1"], Deaf("n0", "n1"));
        _network.SetLink("n0", "n1", null);
        Assert.Empty(Deaf("n0", "n1"));
    }

    [Fact]
    public void A_node_cut_off_hears_nobody_until_the_network_heals()
    {
        _network.CutOff("n2", s_five);
        Assert.Equal(["n0->n2", "n1->n2", "n2->n0", "n2->n1", "n2->n3", "n2->n4", "n3->n2", "n4->n2"], Deaf(s_five));
        _network.Heal();
        Assert.Empty(Deaf(s_five));
    }

    [Fact]
    public void A_one_way_cut_leaves_the_way_back_open()
    {
        _network.CutOneWay("n0", "n1");
        Assert.Equal(["n0->n1"], Deaf(s_five));
    }

    [Fact]
    public void Halves_do_not_hear_each_other()
    {
        _network.CutHalves(["n0", "n1"], ["n2", "n3", "n4"]);
        Assert.Equal(12, Deaf(s_five).Count);
        Assert.Empty(Deaf("n0", "n1"));
        Assert.Empty(Deaf("n2", "n3", "n4"));
    }

    [Fact]
    public void A_bridge_hears_both_halves()
    {
        _network.CutToBridge(s_five, "n0");
        Assert.Equal(
            ["n1->n3", "n1->n4", "n2->n3", "n2->n4", "n3->n1", "n3->n2", "n4->n1", "n4->n2"],
            Deaf(s_five));
    }

    [Fact]
    public void On_a_majorities_ring_everybody_hears_another_majority()
    {
        _network.CutToMajoritiesRing(s_five);
        var deaf = Deaf(s_five);
        var heard = s_five.Select(to => string.Concat(s_five.Where(from => !deaf.Contains($"{from}->{to}")))).ToList();
        Assert.All(heard, majority => Assert.Equal(6, majority.Length));
        Assert.Equal(5, heard.Distinct().Count());
    }

    [Fact]
    public void What_is_under_way_when_the_cut_comes_is_lost()
    {
        Send("n0", "n1", "x", "m");
        _network.CutOneWay("n0", "n1");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Empty(_arrived);
        Assert.Equal(1, _network.Lost);
    }

    [Fact]
    public void A_paused_node_gets_its_messages_later()
    {
        _world.Node("n1").Pause();
        Send("n0", "n1", "x", "m");
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Empty(_arrived);
        _world.Node("n1").Resume();
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(_arrived);
    }

    /// <summary>The pairs between which nothing gets through.</summary>
    private List<string> Deaf(params string[] nodes)
    {
        _arrived.Clear();
        foreach (var from in nodes)
        {
            foreach (var to in nodes)
            {
                if (from != to) Send(from, to, "x", $"{from}->{to}");
            }
        }

        _world.RunFor(TimeSpan.FromSeconds(1));
        var heard = _arrived.Select(a => a.Text).ToHashSet(StringComparer.Ordinal);
        return [.. from one in nodes from other in nodes where one != other && !heard.Contains($"{one}->{other}") orderby one,
            other select $"{one}->{other}"];
    }

    private void Send(string from, string to, string target, string text) =>
        _network.Send(new SimAddress(from, "test"), new SimAddress(to, target), text);
}
