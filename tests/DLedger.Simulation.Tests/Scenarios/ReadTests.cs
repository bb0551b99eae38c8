using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Simulation.Tests;

/// <summary>
/// Reads in every mode, at leaders and at followers, and what may make them stale. Whatever is answered is checked by the oracle at that moment: a
/// linearizable read and one by lease must have seen all that any client was shown before it was asked.
/// </summary>
public sealed class ReadTests
{
    /// <summary>Leases run long, and an election comes soon behind their end.</summary>
    private const string LongLeases = "heartbeat-interval = 50ms \n election-timeout-min = 1000ms \n election-timeout-max = 1050ms";

    [Theory]
    [InlineData("linearizable", "n0")]
    [InlineData("linearizable", "n1")]
    [InlineData("lease", "n0")]
    [InlineData("lease", "n1")]
    [InlineData("at-least:2", "n0")]
    [InlineData("at-least:2", "n1")]
    public void Every_member_serves_what_was_acknowledged_before_the_read_was_asked(string word, string member)
    {
        Assert.True(ReadMode.TryParse(word, out var mode));
        var run = Led();
        run.Commit("n0", 3);
        var entries = Assert.IsType<ReadResult.Entries>(run.Answer(run.Ask(new Read(0, 10, mode: mode), member)));
        Assert.Equal(3, entries.Items.Count);
        run.EndsWell();
    }

    [Theory]
    [InlineData("n0")]
    [InlineData("n1")]
    public void Ten_thousand_reads_that_wait_cost_one_round_of_heartbeats(string member)
    {
        var run = Led();
        run.Commit("n0");
        using var questions = run.Network.Copy(letter => letter.Message is ReadIndexRequest);
        var held = run.Network.Withhold(letter => letter.Message is HeartbeatReply or ReadIndexReply);
        var reads = Enumerable.Range(0, 10_000).Select(_ => run.Ask(new GetCommitPosition(), member)).ToArray();
        run.Let(0.25); // all have come, and none can be answered
        Assert.All(reads, read => Assert.Null(read.Answer));
        Assert.Equal(10_000, run.StatusOf(member).PendingReads);
        using var rounds = run.Network.Copy(letter => letter.Message is Heartbeat && letter.To.Node == "n2");
        held.Dispose();
        run.Until("all are answered", () => reads.All(read => read.Answer is not null));
        Assert.All(reads, read => Assert.IsType<CommitPositionResult.Position>(read.Answer));
        // One round, or that which is under way and the next; and a heartbeat may be due meanwhile.
        Assert.InRange(rounds.Letters.Count, 1, 6);
        Assert.InRange(questions.Letters.Count, 0, 6);
        run.EndsWell();
    }

    [Fact]
    public void Reads_by_lease_cost_no_round_at_all()
    {
        var run = Led();
        run.Commit("n0");
        run.Let(0.2);
        using var rounds = run.Network.Copy(letter => letter.Message is Heartbeat && letter.To.Node == "n1");
        var reads = Enumerable.Range(0, 100).Select(_ => run.Ask(new GetCommitPosition(ReadMode.Lease), "n0")).ToArray();
        run.Until("all are answered", () => reads.All(read => read.Answer is not null));
        Assert.InRange(rounds.Letters.Count, 0, 1);
        run.EndsWell();
    }

    [Fact]
    public void A_read_of_ones_own_write_waits_at_a_member_that_has_not_heard_of_it_and_no_longer_than_its_deadline()
    {
        var run = Led();
        run.CutOff("n2");
        run.Commit("n0", 3);
        var late = run.Ask(new Read(2, mode: ReadMode.AtLeast(2)), "n2");
        var answer = Assert.IsType<ReadResult.Rejected>(run.Answer(late));
        Assert.Equal(RejectReason.Busy, answer.Reason);
        Assert.Contains("entry 2", answer.Detail, StringComparison.Ordinal);
        var soon = run.Ask(new Read(2, mode: ReadMode.AtLeast(2)), "n2");
        run.Let(0.1);
        Assert.Null(soon.Answer);
        run.Network.Heal();
        Assert.IsType<ReadResult.Entries>(run.Answer(soon));
        run.EndsWell();
    }

    [Fact]
    public void A_follower_that_has_lost_its_leader_refuses_what_only_a_leader_can_vouch_for()
    {
        var run = Led();
        run.Commit("n0");
        run.UntilStatus("n2", status => status.CommittedIndex == 0);
        run.CutOff("n2");
        run.UntilStatus("n2", status => status.LeaderId is null);
        Assert.Equal(RejectReason.NotLeader, Assert.IsType<ReadResult.Rejected>(run.Answer(run.Ask(new Read(0), "n2"))).Reason);
        Assert.Equal(RejectReason.NotLeader, Assert.IsType<ReadResult.Rejected>(run.Answer(run.Ask(new Read(0, mode: ReadMode.Lease), "n2"))).Reason);
        Assert.IsType<ReadResult.Entries>(run.Answer(run.Ask(new Read(0, mode: ReadMode.Local), "n2")));
        run.EndsWell();
    }

    [Fact]
    public void A_read_at_a_follower_outlives_lost_questions_and_a_change_of_leader()
    {
        var run = Led();
        run.Commit("n0");
        var lost = run.Network.Withhold(letter => letter.Message is ReadIndexRequest);
        var read = run.Ask(new Read(0), "n2");
        run.Until("it has asked twice", () => lost.Letters.Count > 1);
        lost.Dispose();
        Assert.IsType<ReadResult.Entries>(run.Answer(read));
        run.EndsWell();
    }

    [Theory]
    [InlineData("linearizable")]
    [InlineData("lease")]
    public void Safety_18_a_new_leader_serves_nothing_before_its_no_op_is_committed(string word)
    {
        Assert.True(ReadMode.TryParse(word, out var mode));
        var run = Led();
        run.Commit("n0");
        // n1 gets the next entry, and nobody tells it that it is committed.
        using (run.Network.Withhold(letter => letter.Message is Push { Batches.Count: 0 }))
        {
            run.CutOff("n2");
            run.Commit("n0");
            run.PowerFails("n0");
        }

        run.Network.Heal();
        run.Disk("n2").SyncDelay = TimeSpan.FromMinutes(1);
        run.Elect("n1");
        run.Until("it holds a lease", () => run.StatusOf("n1").HoldsLease);
        var read = run.Ask(new GetCommitPosition(mode), "n1");
        run.Let(0.3);
        Assert.Null(read.Answer);
        run.Disk("n2").SyncDelay = TimeSpan.Zero;
        run.EndsWell();
    }

    [Fact]
    public void Safety_79_a_leader_that_wakes_up_serves_nothing_by_its_lease()
    {
        var run = Led();
        run.Commit("n0");
        run.CutOff("n0");
        run.Sim.Node("n0").Pause();
        run.Elect("n1");
        run.Commit("n1");
        run.Sim.Node("n0").Resume();
        run.Let(0.1); // it has noticed that it was paused, and not yet that nobody answers it
        Assert.Equal("n0", run.StatusOf("n0").LeaderId);
        ReadByLease(run, "n0");
        run.EndsWell();
    }

    [Fact]
    public void Safety_79_answers_that_lay_in_the_socket_during_a_pause_make_no_lease()
    {
        var run = Led();
        run.Commit("n0");
        var answers = run.Network.Withhold(letter => letter.Message is HeartbeatReply && letter.To.Node == "n0");
        run.Until("both have answered", () => answers.Letters.Select(letter => letter.From.Node).Distinct().Count() == 2);
        run.Sim.Node("n0").Pause();
        run.CutOff("n0");
        run.Elect("n1");
        run.Commit("n1");
        foreach (var letter in answers.Letters) letter.Deliver();
        run.Let(0.01);
        run.Sim.Node("n0").Resume();
        ReadByLease(run, "n0");
        answers.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_79_a_leader_whose_clock_is_slow_holds_no_lease_when_another_may_be_elected()
    {
        var run = Led(LongLeases);
        run.Sim.Node("n0").ClockRate = 0.9;
        run.Sim.Node("n1").ClockRate = run.Sim.Node("n2").ClockRate = 1.1;
        run.Commit("n0");
        run.Let(2);
        run.CutOff("n0");
        run.Until("another leads", () => run.Leader != "n0" && run.IsLeading(run.Leader!));
        run.Commit(run.Leader!);
        ReadByLease(run, "n0");
        run.EndsWell();
    }

    [Fact]
    public void Safety_80_a_lease_ends_before_anybody_is_asked_to_take_over()
    {
        var run = Led();
        run.Commit("n0");
        using var handOver = run.Network.Withhold(letter => letter.Message is TimeoutNow);
        run.AskAside(new TransferLeadership("n1"), "n0");
        run.Until("n1 is to take over", () => handOver.Letters.Count > 0);
        TakeOverUnheard(run, handOver);
        ReadByLease(run, "n0");
        run.EndsWell();
    }

    [Fact]
    public void Safety_80_after_a_transfer_that_failed_there_is_no_lease_in_that_term_for_its_message_may_still_be_on_the_way()
    {
        var run = Led();
        run.Commit("n0");
        using var handOver = run.Network.Withhold(letter => letter.Message is TimeoutNow);
        var answer = run.AskAside(new TransferLeadership("n1"), "n0");
        run.Until("the transfer has failed", () => answer() is TransferResult.Failed);
        run.Commit("n0");
        Assert.False(run.StatusOf("n0").HoldsLease);
        TakeOverUnheard(run, handOver);
        ReadByLease(run, "n0");
        run.EndsWell();
    }

    [Fact]
    public void Safety_78_a_late_answer_to_an_earlier_question_serves_no_read_that_came_after_it()
    {
        var run = Led();
        run.Commit("n0");
        var answers = run.Network.Withhold(letter => letter.Message is ReadIndexReply);
        run.Ask(new GetCommitPosition(), "n2");
        run.Until("it is answered", () => answers.Letters.Count > 0);
        var pushes = run.Network.Withhold(letter => letter.Message is Push && letter.To.Node == "n2");
        run.Commit("n0");
        var read = run.Ask(new GetCommitPosition(), "n2");
        run.Let(0.3); // it waits for a question of its own
        answers.Letters[0].Deliver();
        run.Let(0.1);
        Assert.Null(read.Answer);
        answers.Dispose();
        pushes.Dispose();
        run.EndsWell();
    }

    [Fact]
    public void Safety_78_an_answer_to_an_earlier_life_of_the_member_serves_no_read_of_this_one()
    {
        var run = Led();
        run.Commit("n0");
        var answers = run.Network.Withhold(letter => letter.Message is ReadIndexReply);
        run.Ask(new GetCommitPosition(), "n2");
        run.Until("it is answered", () => answers.Letters.Count > 0);
        run.PowerFails("n2");
        run.Restart("n2");
        run.UntilStatus("n2", status => status.CommittedIndex == 0 && status.LeaderId == "n0");
        var pushes = run.Network.Withhold(letter => letter.Message is Push && letter.To.Node == "n2");
        run.Commit("n0");
        var read = run.Ask(new GetCommitPosition(), "n2");
        run.Let(0.05);
        answers.Letters[0].Deliver();
        run.Let(0.05);
        Assert.Null(read.Answer);
        answers.Dispose();
        pushes.Dispose();
        run.EndsWell();
    }

    private static Scenario Led(string hocon = "")
    {
        var run = new Scenario(3, hocon);
        run.StartLedBy("n0");
        return run;
    }

    /// <summary>n1 takes over and commits, and n0, whose lease would not be over yet, hears nothing of it.</summary>
    private static void TakeOverUnheard(Scenario run, SimTap handOver)
    {
        run.Network.CutOneWay("n1", "n0");
        run.Network.CutOneWay("n2", "n0");
        handOver.Letters[0].Deliver();
        run.Until("n1 leads", () => run.IsLeading("n1"));
        run.Commit("n1");
        Assert.Equal("n0", run.StatusOf("n0").LeaderId);
    }

    /// <summary>Nothing but a lease could answer it at once; if it does, the oracle looks at the answer.</summary>
    private static void ReadByLease(Scenario run, string member)
    {
        var read = run.Ask(new GetCommitPosition(ReadMode.Lease), member);
        run.Let(0.05);
        Assert.Null(read.Answer);
    }
}
