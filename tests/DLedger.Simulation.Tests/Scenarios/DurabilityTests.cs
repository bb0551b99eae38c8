using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>What others lost with the power, or with a bit.</summary>
public sealed class DurabilityTests
{
    [Theory]
    [InlineData("n0", "n1")]
    [InlineData("n0", "n2")]
    [InlineData("n1", "n2")]
    public void Peers_01_a_majority_that_loses_power_right_after_an_ack_keeps_what_was_acked(string one, string other)
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        // n2 does not get it onto its disk: the two others are the quorum, and nobody else has it.
        run.Disk("n2").Stall(true);
        var request = run.Append("n0");
        run.Until("it is acked", () => request.Answer is not null);
        run.PowerFails(one, other);
        run.Disk("n2").Stall(false);
        run.Restart(one, other);
        var acked = run.Committed(request);
        run.CommitsAgain();
        Assert.NotNull(run.Cluster.Safety.Committed.BodyAt(new EntryIndex(acked.Index)));
        run.EndsWell();
    }

    [Fact]
    public void Peers_01_all_members_that_lose_power_right_after_an_ack_keep_what_was_acked()
    {
        var run = new Scenario(5);
        run.StartLedBy("n0");
        for (var round = 0; round < 5; round++)
        {
            var request = run.Append(run.Leader!);
            run.Until("it is acked", () => request.Answer is not null);
            run.Committed(request);
            run.PowerFails([.. run.Ids]);
            run.Restart([.. run.Ids]);
            run.CommitsAgain();
        }

        run.EndsWell();
    }

    [Fact]
    public void Peers_02_a_vote_that_was_told_is_remembered_after_a_power_loss()
    {
        var run = new Scenario(5);
        var requests = TwoCandidatesOfOneTerm(run);
        var replies = run.Network.Copy(letter => letter.Message is VoteReply && letter.From.Node == "n3");
        requests["n1"].Deliver();
        run.Until("n3 tells n1 that it has its vote", () => replies.Letters.Any(letter => letter.Message is VoteReply { Granted: true }));
        run.PowerFails("n3");
        run.Restart("n3");
        Assert.Equal("n1", run.Disk("n3").SavedState(LedgerCluster.Group).VotedFor);

        // Past the time in which a restarted member votes for nobody.
        run.Let(1);
        var before = replies.Letters.Count;
        requests["n2"].Deliver();
        run.Until("n3 answers n2", () => replies.Letters.Count > before);
        Assert.False(((VoteReply)replies.Letters[^1].Message).Granted);
        requests["n1"].Deliver();
        run.Until("n3 answers n1 again", () => replies.Letters.Count > before + 1);
        Assert.True(((VoteReply)replies.Letters[^1].Message).Granted);
    }

    [Fact]
    public void Peers_02_a_vote_whose_save_was_lost_was_never_told()
    {
        var run = new Scenario(5);
        var requests = TwoCandidatesOfOneTerm(run);
        var disk = run.Disk("n3");
        var watch = disk.OnSave;
        disk.OnSave = (group, state) =>
        {
            watch?.Invoke(group, state);
            if (state.VotedFor == "n1") disk.Stall(true);
        };
        var replies = run.Network.Copy(letter => letter.Message is VoteReply { Granted: true } && letter.From.Node == "n3");
        requests["n1"].Deliver();
        run.Never("n3 tells of a vote that it has not saved", () => replies.Letters.Count > 0, 0.5);
        run.PowerFails("n3");
        disk.Stall(false);
        run.Restart("n3");
        Assert.Null(disk.SavedState(LedgerCluster.Group).VotedFor);
        run.Let(1);
        requests["n2"].Deliver();
        run.Until("n3 votes for n2, since nobody ever had its vote", () => replies.Letters.Count == 1 && replies.Letters[0].To.Node == "n2");
    }

    [Fact]
    public void Peers_03_a_group_of_one_acks_nothing_that_is_not_on_its_disk()
    {
        var run = new Scenario(1);
        run.StartLedBy("n0");
        run.Commit("n0", 3);
        run.Disk("n0").Stall(true);
        var request = run.Append("n0");
        run.Never("it is acked without the disk", () => request.Answer is AppendResult.Committed, 3);
        run.PowerFails("n0");
        run.Disk("n0").Stall(false);
        run.Restart("n0");
        run.CommitsAgain();
        run.EndsWell();
    }

    [Fact]
    public void Peers_03_a_group_of_one_that_loses_power_right_after_an_ack_keeps_what_was_acked()
    {
        var run = new Scenario(1);
        run.StartLedBy("n0");
        for (var round = 0; round < 20; round++)
        {
            var request = run.Append("n0");
            run.Until("it is acked", () => request.Answer is not null);
            run.Committed(request);
            run.PowerFails("n0");
            run.Restart("n0");
            run.CommitsAgain();
        }

        run.EndsWell();
    }

    [Theory]
    [InlineData("n0")]
    [InlineData("n2")]
    public void Peers_05_flipped_bits_stop_the_member_that_reads_them_and_nobody_loses_anything(string damaged)
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 10);
        run.Until($"{damaged} has all on its disk", () => run.TailOf(damaged) == run.TailOf("n0") && run.HasFlushedAll(damaged));
        var tail = run.TailOf(damaged);
        run.Disk(damaged).Damage(LedgerCluster.Group, new LogIndex(4), $"{Scenario.InjectedFault}: a flipped bit");

        // Whoever reads it is told so, and gets nothing that is wrong.
        var answer = run.AskAside(new Read(0, 10, mode: ReadMode.Local), damaged);
        run.Until("the reader has an answer", () => answer() is not null);
        Assert.Contains("flipped bit", Assert.IsType<ReadResult.Failed>(answer()).Reason, StringComparison.Ordinal);
        run.UntilStatus(damaged, status => status.Role == MemberRole.Failed);
        run.CommitsAgain();

        // A start finds it too, changes nothing, and the group goes on without.
        run.PowerFails(damaged);
        run.Disk(damaged).Repair();
        run.Restart(damaged);
        run.UntilStatus(damaged, status => status is { Role: MemberRole.Failed, Problem: { } problem }
            && problem.Contains("flipped bit", StringComparison.Ordinal));
        Assert.Equal(tail, run.TailOf(damaged));
        run.Commit(run.Leader!, 10);

        // With a new folder it gets everything again.
        run.PowerFails(damaged);
        run.Disk(damaged).Wipe();
        run.EndsWell();
    }

    [Fact]
    public void Peers_05_a_member_whose_bits_flip_while_another_is_down_leaves_a_group_that_waits_and_loses_nothing()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 10);
        run.PowerFails("n1");
        run.Disk("n0").Damage(LedgerCluster.Group, new LogIndex(4), $"{Scenario.InjectedFault}: a flipped bit");
        var answer = run.AskAside(new Read(0, 10, mode: ReadMode.Local), "n0");
        run.Until("the reader has an answer", () => answer() is ReadResult.Failed);
        run.UntilStatus("n0", status => status.Role == MemberRole.Failed);

        // n2 alone is no quorum: it must not take the lead because the others are gone.
        var leaders = run.Cluster.Safety.LeadersSeen;
        run.Never("somebody leads", () => run.Cluster.Safety.LeadersSeen > leaders, 10);
        run.Restart("n1");
        run.CommitsAgain();
        run.PowerFails("n0");
        run.Disk("n0").Repair();
        run.Disk("n0").Mend();
        run.EndsWell();
    }

    /// <summary>
    /// n1 and n2 have both been granted the pre-vote by the same members, and both campaign in the same term. What they send to n3 is in the test's
    /// hands; nobody asks for anything else from then on.
    /// </summary>
    private static Dictionary<string, SimLetter> TwoCandidatesOfOneTerm(Scenario run)
    {
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.PowerFails("n0");
        var votes = run.Network.Withhold(letter => letter.Message is VoteRequest);
        var replies = run.Network.Withhold(letter => letter.Message is PreVoteReply);
        var others = run.Network.Withhold(letter => letter.Message is PreVoteRequest && letter.From.Node is not ("n1" or "n2"));
        run.Until(
            "n3 and n4 would vote for either",
            () =>
                new[] { "n1", "n2" }.All(
                    to =>
                        new[] { "n3", "n4" }.All(
                            from =>
                                replies.Letters.Any(
                                    letter =>
                                        letter.To.Node == to && letter.From.Node == from && letter.Message is PreVoteReply { Granted: true }))));
        others.Dispose();
        run.Network.Withhold(letter => letter.Message is PreVoteRequest);
        foreach (var letter in replies.Letters) letter.Deliver();
        run.Until("both campaign", () => votes.Letters.Count(letter => letter.To.Node == "n3") == 2);
        var toN3 = votes.Letters.Where(letter => letter.To.Node == "n3").ToDictionary(letter => letter.From.Node);
        Assert.Equal(((VoteRequest)toN3["n1"].Message).Term, ((VoteRequest)toN3["n2"].Message).Term);
        return toN3;
    }
}
