using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>Who may lead, and who must not be disturbed: what costs a group its leader without need, or keeps one that is of no use.</summary>
public sealed class MutantsLeadershipTests
{
    [Fact]
    public void Safety_04_a_member_that_does_not_hear_the_leader_does_not_depose_it()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        var term = run.TermOf("n0");
        run.Network.CutOneWay("n0", "n2");
        run.Let(5);
        Assert.Equal(("n0", term, term), (run.Leader, run.TermOf("n0"), run.TermOf("n2")));
        run.EndsWell();
    }

    [Fact]
    public void Safety_06_a_restarted_member_gives_no_vote_before_an_election_timeout_has_passed()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.PowerFails("n0");
        var asked = run.Network.Withhold(letter => letter.Message is PreVoteRequest);
        run.Until("n2 asks", () => asked.Letters.Any(letter => letter.From.Node == "n2"));
        run.PowerFails("n1");
        run.Restart("n1");
        run.UntilStatus("n1", status => status.Role == MemberRole.Follower);
        var answers = run.Network.Copy(letter => letter.From.Node == "n1" && letter.Message is PreVoteReply or VoteReply);
        foreach (var letter in asked.Letters.Where(letter => letter.From.Node == "n2" && letter.To.Node == "n1")) letter.Deliver();
        run.Let(0.2);
        Assert.NotEmpty(answers.Letters);
        Assert.DoesNotContain(answers.Letters, letter => letter.Message is PreVoteReply { Granted: true } or VoteReply { Granted: true });
        asked.Dispose();
        answers.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_13_a_group_in_which_nobody_appends_keeps_its_leader()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Let(30);
        Assert.Equal(("n0", 1), (run.Leader, run.Cluster.Safety.LeadersSeen));
        run.EndsWell();
    }

    [Fact]
    public void Safety_24_a_leader_whose_disk_stalls_makes_way_for_another()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Disk("n0").Stall(true);
        run.Append("n0");
        run.Until("another leads", () => run.Leader != "n0", 5);
        run.EndsWell();
    }

    [Fact]
    public void Safety_27_a_member_whose_disk_stalls_does_not_ask_for_votes()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Disk("n2").Stall(true);
        run.Append("n0");
        run.Let(2); // until it is said that it stalls
        using var asked = run.Network.Copy(letter => letter.Message is PreVoteRequest or VoteRequest);
        run.PowerFails("n0");
        run.Until("n1 asks", () => asked.Letters.Count > 0);
        run.Let(3);
        Assert.DoesNotContain(asked.Letters, letter => letter.From.Node == "n2");
        run.EndsWell();
    }

    [Fact]
    public void Safety_29_a_leader_that_hears_nobody_makes_way_though_all_hear_it()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Network.CutOneWay("n1", "n0");
        run.Network.CutOneWay("n2", "n0");
        run.Until("another leads", () => run.Leader != "n0", 5);
        run.EndsWell();
    }
}
