namespace DLedger.Simulation.Tests;

/// <summary>Networks that are cut so that some hear more than others, and for longer than anything waits.</summary>
public sealed class PartitionTests
{
    [Theory]
    [InlineData(3, "n0", "n1")]
    [InlineData(3, "n1", "n1")]
    [InlineData(5, "n0", "n2")]
    [InlineData(5, "n2", "n2")]
    [InlineData(5, "n4", "n2")]
    public void Peers_13_over_a_bridge_a_leader_emerges_and_stays(int members, string leader, string bridge)
    {
        var run = new Scenario(members);
        run.StartLedBy(leader);
        run.Commit(leader, 3);
        run.Network.CutToBridge(run.Ids, bridge);
        StaysLeader(run, leader);
        GoesOnUnderOneLeader(run);
    }

    [Theory]
    [InlineData("n0")]
    [InlineData("n2")]
    public void Peers_13_over_a_bridge_a_new_leader_emerges_when_the_old_one_dies(string leader)
    {
        var run = new Scenario(5);
        run.StartLedBy(leader);
        run.Commit(leader, 3);
        run.Network.CutToBridge(run.Ids, "n1");
        run.PowerFails(leader);
        run.Until("another leads", () => run.Leader != leader);
        GoesOnUnderOneLeader(run);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Peers_13_on_a_ring_of_majorities_a_leader_emerges_and_stays(int members)
    {
        var run = new Scenario(members);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.Network.CutToMajoritiesRing(run.Ids);
        StaysLeader(run, "n0");
        GoesOnUnderOneLeader(run);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peers_13_a_leader_that_hears_or_is_heard_by_nobody_is_replaced_and_stays_quiet(bool hears)
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        foreach (var other in new[] { "n1", "n2" })
        {
            if (hears) run.Network.CutOneWay("n0", other);
            else run.Network.CutOneWay(other, "n0");
        }

        run.Until("another leads", () => run.Leader != "n0");
        GoesOnUnderOneLeader(run);
    }

    [Fact]
    public void Peers_16_a_partition_longer_than_anything_waits_heals_by_itself()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.CutOff("n2");
        run.Commit("n0", 3);
        run.Let(600);
        var (leaders, term) = (run.Cluster.Safety.LeadersSeen, run.TermOf("n0"));
        run.Network.Heal();
        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n0"), 2);
        run.Let(5);
        Assert.Equal((leaders, term), (run.Cluster.Safety.LeadersSeen, run.TermOf("n0")));
        run.EndsWell();
    }

    /// <summary>
    /// The leader has its quorum. Those that do not hear it must not depose it, and in an idle group their logs are as good as any: only that others
    /// hear it speaks against them.
    /// </summary>
    private static void StaysLeader(Scenario run, string leader)
    {
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("another leads", () => run.Cluster.Safety.LeadersSeen > leaders, 10);
        run.Commit(leader);
    }

    /// <summary>It commits within a few seconds, and from then on nobody disturbs whoever leads.</summary>
    private static void GoesOnUnderOneLeader(Scenario run)
    {
        run.CommitsAgain();
        run.Let(2);
        var leaders = run.Cluster.Safety.LeadersSeen;
        for (var i = 0; i < 10; i++)
        {
            run.CommitsAgain(1);
            run.Let(1);
        }

        run.Expect(run.Cluster.Safety.LeadersSeen == leaders, "one has led all the time");
        run.EndsWell();
    }
}
