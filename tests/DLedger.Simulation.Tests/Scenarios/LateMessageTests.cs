using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>Messages that come when their time is over, or twice.</summary>
public sealed class LateMessageTests
{
    [Fact]
    public void Peers_06_a_higher_term_in_a_heartbeat_while_batches_are_being_appended_leaves_no_trace_of_them()
    {
        var overtaken = 0;
        for (ulong course = 1; course <= 25; course++)
        {
            var run = new Scenario(3, course: course);
            run.StartLedBy("n0");
            run.Commit("n0", 2);
            run.Sim.Node("n0").Pause();
            run.Elect("n1");
            run.Commit("n1", 3);
            var newTerm = run.TermOf("n1");
            var disk = run.Disk("n0");
            var watch = disk.OnAppend;
            disk.OnAppend = (group, batch) =>
            {
                watch?.Invoke(group, batch);
                if (batch.Count > 0 && batch.Term < newTerm) overtaken++;
            };

            // The heartbeats of the new leader and these appends all wait at n0's router.
            var requests = Enumerable.Range(0, 10).Select(_ => run.Append("n0")).ToArray();
            run.Sim.Node("n0").Resume();
            foreach (var request in requests)
            {
                var answer = run.Answer(request);
                run.Expect(answer is AppendResult.Unknown or AppendResult.Rejected, $"{request} is not acked by a leader that is deposed: {answer}");
            }

            run.EndsWell();
            run.Expect(run.Leader == "n1", "n1 leads on");
        }

        Assert.True(overtaken > 0, "In no run was a batch under way when the higher term came.");
    }

    [Fact]
    public void Peers_07_votes_of_an_earlier_term_and_the_same_vote_twice_make_no_leader()
    {
        var run = new Scenario(5);
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        run.PowerFails("n0");
        var others = run.Network.Withhold(letter => letter.Message is PreVoteRequest && letter.From.Node != "n1");
        var votes = run.Network.Withhold(letter => letter.Message is VoteReply && letter.To.Node == "n1");
        var first = run.TermOf("n1").Next;
        run.Until("three members vote for n1", () => Granted(votes, first).Count == 3);
        var second = first.Next;
        run.Until("n1 has given up and tries again", () => Granted(votes, second).Count == 3);

        var leaders = run.Cluster.Safety.LeadersSeen;
        foreach (var late in Granted(votes, first)) late.Deliver();
        run.Never("votes of the earlier term make a leader", () => run.Cluster.Safety.LeadersSeen > leaders, 0.05);
        for (var i = 0; i < 4; i++) Granted(votes, second)[0].Deliver();
        run.Never("one vote that comes four times makes a leader", () => run.Cluster.Safety.LeadersSeen > leaders, 0.05);

        // That there was all that it takes but a second vote is shown by its coming.
        run.Expect(run.TermOf("n1") == second, "n1 is still a candidate of that term");
        Granted(votes, second)[1].Deliver();
        run.Until("n1 leads", () => run.Leader == "n1", 0.05);
        others.Dispose();
        votes.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Peers_07_a_late_truncate_of_a_deposed_leader_cuts_nothing_that_was_acked_since()
    {
        var run = new Scenario(5);
        run.StartLedBy("n0");
        run.Commit("n0");
        run.Until("all have all", () => run.Ids.All(id => run.TailOf(id) == run.TailOf("n0")));
        var common = run.TailOf("n0");

        // One more batch gets to n2 alone, and n0 goes down with it on disk.
        var pushes = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, From.Node: "n0" } && letter.To.Node != "n2");
        run.Append("n0");
        run.Until("n0 and n2 have it on disk", () => run.TailOf("n2").Index > common.Index && run.HasFlushedAll("n0") && run.HasFlushedAll("n2"));
        run.PowerFails("n0");
        pushes.Dispose();

        // n1 leads without it, gets no batch to anybody, and tells n2 to cut it: that message is late.
        var ofN1 = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, From.Node: "n1" });
        var truncates = run.Network.Withhold(letter => letter.Message is Truncate);
        run.Elect("n1");
        run.Until("n1 tells n2 to cut", () => truncates.Letters.Any(letter => letter.To.Node == "n2"));
        run.PowerFails("n1");
        ofN1.Dispose();
        truncates.Dispose();

        // n0 is back and commits it, together with more; n4 gets nothing, so n2 is one of the three that all depend on.
        run.Restart("n0");
        var toN4 = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, To.Node: "n4" });
        run.Elect("n0");
        run.Commit("n0", 3);
        run.Until("n2 has all", () => run.TailOf("n2") == run.TailOf("n0"));
        var tail = run.TailOf("n2");
        foreach (var late in truncates.Letters) late.Deliver();
        run.Let(0.05);
        Assert.Equal(tail, run.TailOf("n2"));

        // Of those who have it all only n2 is left.
        run.PowerFails("n0", "n3");
        run.Restart("n1");
        run.Until("n2 leads", () => run.Leader == "n2");
        toN4.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Peers_07_a_truncate_that_comes_again_later_in_its_term_cuts_nothing_more()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        var truncates = run.Network.Copy(letter => letter.Message is Truncate);
        run.CutOff("n0");
        for (var i = 0; i < 3; i++)
        {
            var before = run.TailOf("n0");
            run.Append("n0");
            run.Until("it is in the log of n0", () => run.TailOf("n0") != before);
        }

        run.Elect("n1");
        run.Commit("n1", 5);
        run.Network.Heal();
        run.Until("n0 has what n1 has", () => run.TailOf("n0") == run.TailOf("n1"));
        Assert.Contains(truncates.Letters, letter => letter.To.Node == "n0");
        var tail = run.TailOf("n0");
        foreach (var again in truncates.Letters) again.Deliver();
        run.Let(0.05);
        Assert.Equal(tail, run.TailOf("n0"));
        run.EndsWell();
    }

    [Fact]
    public void Peers_07_an_ack_of_the_folder_that_a_member_had_before_says_nothing_of_the_new_one()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 5);
        var acks = run.Network.Withhold(letter => letter.Message is PushAck && letter.From.Node == "n2");
        run.Commit("n0", 5);
        run.Until("n2 acks all", () => acks.Letters.Any(letter => ((PushAck)letter.Message).Flushed == run.TailOf("n0").Index));
        var late = acks.Letters[^1];
        acks.Dispose();
        run.PowerFails("n2");
        run.Disk("n2").Wipe();
        var answers = run.Network.Withhold(letter => letter.Message is Compared && letter.From.Node == "n2");
        run.Restart("n2");
        run.Until("the new folder is asked what it has", () => answers.Letters.Count > 0);
        Assert.Equal(0, run.StatusOf("n0").Peers.Single(peer => peer.Id == "n2").MatchIndex);
        late.Deliver();
        run.Let(0.05);
        answers.Dispose();
        run.Until("the new folder has all", () => run.TailOf("n2") == run.TailOf("n0"));
        late.Deliver();
        run.Let(1);
        var peer = run.StatusOf("n0").Peers.Single(peer => peer.Id == "n2");
        Assert.Equal((false, run.TailOf("n2").Index.Value, 0L), (peer.Trusted, peer.MatchIndex, peer.Lag));
        Assert.Equal("n0", run.Leader);
        run.EndsWell();
    }

    [Fact]
    public void Peers_07_a_late_order_to_take_over_makes_no_leader_of_a_member_that_lacks_what_is_committed()
    {
        var run = new Scenario(3);
        run.StartLedBy("n0");
        run.Commit("n0", 2);
        var orders = run.Network.Withhold(letter => letter.Message is TimeoutNow);
        var transfer = run.Ask(new TransferLeadership("n2"), "n0");
        run.Until("n0 orders n2 to take over", () => orders.Letters.Count > 0);
        run.Expect(run.Answer(transfer) is TransferResult.Failed, "the transfer was given up");

        // n2 hears its leader, but gets nothing of what is committed from now on; its order is good for a campaign without a pre-vote, past
        // stickiness.
        var pushes = run.Network.Withhold(letter => letter is { Message: Push { Batches.Count: > 0 }, To.Node: "n2" });
        run.Commit("n0", 3);
        var replies = run.Network.Copy(letter => letter.Message is VoteReply && letter.To.Node == "n2");
        orders.Letters[0].Deliver();
        run.Until("both have judged n2", () => replies.Letters.Select(letter => letter.From.Node).Distinct().Count() == 2);
        run.Never("n2 leads", () => run.Leader == "n2", 1);
        Assert.All(replies.Letters, letter => Assert.False(((VoteReply)letter.Message).Granted));
        orders.Dispose();
        pushes.Dispose();
        run.EndsWell();
    }

    private static List<SimLetter> Granted(SimTap votes, Term term) =>
        [.. votes.Letters.Where(letter => letter.Message is VoteReply { Granted: true } reply && reply.Requested == term)
            .DistinctBy(letter => letter.From.Node)];
}
