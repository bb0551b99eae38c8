using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>A member that returns under its old name with an empty folder (SAFETY 7).</summary>
public sealed class WipedMemberTests
{
    [Fact]
    public void Peers_09_a_wiped_member_of_an_idle_group_gets_everything_without_new_traffic()
    {
        var run = IdleGroupWithWipedMember();
        var appended = run.TailOf("n0");
        run.Restart("n2");
        run.Until("n2 has all", () => run.TailOf("n2") == appended);
        run.Until("n2 is there", () => run.Cluster.IsStarted("n2"));
        var read = run.Ask(new Read(0, 10, mode: ReadMode.Local), "n2");
        Assert.Equal(5, Assert.IsType<ReadResult.Entries>(run.Answer(read)).Items.Count);
        Assert.Equal((appended, "n0"), (run.TailOf("n0"), run.Leader));
        run.EndsWell();
    }

    [Fact]
    public void Peers_09_what_only_a_wiped_member_and_the_leader_have_is_not_committed()
    {
        var run = IdleGroupWithWipedMember();
        run.Restart("n2");
        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n0"));

        // n1 still answers, so n0 stays leader, but nothing gets onto its disk.
        var toN1 = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, To.Node: "n1" });
        var request = run.Append("n0");
        run.Until("n2 has it on disk", () => run.TailOf("n2") == run.TailOf("n0") && run.HasFlushedAll("n2"));
        run.Never("it is committed", () => request.Answer is AppendResult.Committed, 1.5);
        Assert.Equal("n0", run.Leader);
        toN1.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Peers_09_a_wiped_member_keeps_no_leader_in_office_and_elects_none()
    {
        var run = IdleGroupWithWipedMember();
        run.Restart("n2");
        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n0"));
        run.PowerFails("n1");
        run.UntilStatus("n0", status => status.Role != MemberRole.Leader);
        var votes = run.Network.Copy(letter => letter is { Message: VoteReply { Granted: true } or PreVoteReply { Granted: true }, From.Node: "n2" });
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 10);
        Assert.Empty(votes.Letters);

        // With the old leader gone, too, what is left has everything, and still waits for a quorum of those that count.
        run.Restart("n1");
        run.CommitsAgain();
        run.PowerFails(run.Leader!);
        leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 10);
        Assert.Empty(votes.Letters);
        run.EndsWell();
    }

    private static Scenario IdleGroupWithWipedMember()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 5);
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.PowerFails("n2");
        run.Disk("n2").Wipe();
        return run;
    }
}
