namespace DLedger.Simulation.Tests;

/// <summary>Leaders whose disk fails or hangs.</summary>
public sealed class SickDiskTests
{
    private const string PrefersN0 = "preferred-leaders = [\"n0\"] \n preferred-min-interval = 1s";

    [Fact]
    public void Peers_11_a_leader_whose_disk_fails_loses_leadership_and_is_not_preferred_until_it_is_repaired()
    {
        var run = new Scenario(3, PrefersN0);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.Disk("n0").FailNext(Scenario.InjectedFault);
        var request = run.Append("n0");
        run.Until("another leads", () => run.Leader != "n0", 5);
        run.Expect(run.Answer(request) is AppendResult.Unknown or AppendResult.Committed, "what was in a batch is not rejected");
        Assert.Contains(Scenario.InjectedFault, run.UntilStatus("n0", status => status.Role == MemberRole.Failed).Problem, StringComparison.Ordinal);
        run.CommitsAgain(5);
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("leadership moves again", () => run.Cluster.Safety.LeadersSeen > leaders, 20);

        run.PowerFails("n0");
        run.Disk("n0").Repair();
        run.Restart("n0");
        run.Until("n0, repaired and preferred, leads again", () => run.Leader == "n0", 20);
        run.EndsWell();
    }

    [Fact]
    public void Peers_11_a_leader_whose_disk_stalls_for_four_seconds_loses_leadership_and_is_not_preferred_meanwhile()
    {
        var run = new Scenario(3, PrefersN0);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.Disk("n0").Stall(true);
        run.Append("n0");
        run.Until("another leads", () => run.Leader != "n0", 3);
        run.CommitsAgain(2);
        run.Let(1); // until the new leader knows of it: a member that cannot save the new term does not answer at all
        var transfer = Assert.IsType<TransferResult.Failed>(run.Answer(run.Ask(new TransferLeadership("n0"), run.Leader!)));
        Assert.Contains("does not answer", transfer.Reason, StringComparison.Ordinal);
        run.Never("the sick one leads", () => run.Leader == "n0", 4);
        run.Disk("n0").Stall(false);
        run.Until("n0, well and preferred, leads again", () => run.Leader == "n0", 20);
        run.EndsWell();
    }

    [Fact]
    public void Peers_11_a_preferred_member_whose_disk_stalls_again_and_again_is_left_alone()
    {
        var run = new Scenario(3, PrefersN0);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.Disk("n0").Stall(true);
        run.Append("n0");
        run.Until("another leads", () => run.Leader != "n0", 3);
        run.Workload.Start();
        var leaders = run.Cluster.Safety.LeadersSeen;
        for (var i = 0; i < 8; i++)
        {
            run.Disk("n0").Stall(false);
            run.Let(1);
            run.Disk("n0").Stall(true);
            run.Let(2);
        }

        run.Expect(run.Cluster.Safety.LeadersSeen == leaders, "leadership has not moved");
        run.Disk("n0").Stall(false);
        run.Until("n0, well for good, leads again", () => run.Leader == "n0", 20);
        run.EndsWell();
    }
}
