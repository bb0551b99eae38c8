using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Heartbeat rounds and probes, one by one.</summary>
public sealed class RoundTests
{
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void Safety_18_three_of_four_members_must_answer_a_round()
    {
        var bench = ElectionBench.Leader(peers: "bcd");
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        bench.Forget();
        bench.Election.HeartbeatReplied("b", Five, 2, healthy: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.HeartbeatReplied("b", Five, 2, healthy: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.HeartbeatReplied("d", Five, 2, healthy: true, bench.Now);
        Assert.Equal(["confirmed 7 in 5"], bench.Did());
    }

    [Fact]
    public void Safety_18_a_late_answer_to_an_earlier_round_takes_nothing_back()
    {
        var bench = ElectionBench.Leader(peers: "bcde");
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        bench.Forget();
        bench.Election.HeartbeatReplied("b", Five, 2, healthy: true, bench.Now);
        bench.Election.HeartbeatReplied("b", Five, 1, healthy: true, bench.Now);
        bench.Election.HeartbeatReplied("c", Five, 2, healthy: true, bench.Now);
        Assert.Equal(["confirmed 7 in 5"], bench.Did());
    }

    /// <summary>
    /// Its sender may have restarted, count its rounds from one again, and lead our term: a high round of before would confirm all that it asks for.
    /// </summary>
    [Fact]
    public void Safety_18_the_answer_to_a_heartbeat_of_an_earlier_term_confirms_no_round()
    {
        var bench = ElectionBench.Leader();
        bench.Forget();
        bench.Election.HeartbeatArrived("b", new Term(4), 5000, bench.Now);
        Assert.Equal(0, Assert.Single(bench.Election.TakeEffects().OfType<ElectionEffect.SendHeartbeatReply>()).Round);
    }

    [Fact]
    public void Safety_18_one_round_confirms_all_reads_that_came_before_it_in_their_order()
    {
        var bench = ElectionBench.Leader();
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        bench.Election.ConfirmLeadership(Five, 8, bench.Now);
        bench.Forget();
        bench.Election.HeartbeatReplied("b", Five, 3, healthy: true, bench.Now);
        Assert.Equal(["confirmed 7 in 5", "confirmed 8 in 5"], bench.Did());
    }

    [Fact]
    public void Safety_18_reads_that_wait_for_a_silent_log_join_the_same_round()
    {
        var bench = ElectionBench.Leader();
        bench.Run(350, () => bench.Answers("b"));
        bench.Forget();
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        bench.Election.ConfirmLeadership(Five, 8, bench.Now);
        bench.LogAnswers();
        bench.Run(50);
        bench.Answers("b");
        Assert.Equal(["confirmed 7 in 5", "confirmed 8 in 5"], bench.DidRarely());
    }

    [Fact]
    public void Safety_18_a_read_of_an_earlier_leadership_is_never_confirmed()
    {
        var bench = ElectionBench.Leader();
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        LeadAgain(bench);
        bench.Run(100, bench.LogAnswers);
        bench.Answers("b");
        bench.Answers("c");
        Assert.Equal(["lead 7 trusting bc"], bench.DidRarely());
    }

    [Fact]
    public void Safety_18_who_does_not_lead_starts_no_round()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.ConfirmLeadership(new Term(4), 7, bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void Safety_29_a_leader_heartbeats_until_its_log_has_been_silent_for_the_shortest_election_timeout()
    {
        var bench = ElectionBench.Leader();
        bench.Run(600);
        Assert.Equal(
            ["probe", "b: heartbeat 5", "c: heartbeat 5", "b: heartbeat 5", "c: heartbeat 5", "b: heartbeat 5", "c: heartbeat 5"], bench.Did());
    }

    [Fact]
    public void Safety_29_a_log_is_probed_once_a_heartbeat_interval_however_fast_it_answers()
    {
        var bench = ElectionBench.Leader();
        bench.Run(250, bench.LogAnswers);
        Assert.Equal(["probe", "b: heartbeat 5", "c: heartbeat 5", "probe", "b: heartbeat 5", "c: heartbeat 5"], bench.Did());
    }

    [Fact]
    public void Safety_29_a_leader_that_steps_down_says_nothing_more()
    {
        var bench = ElectionBench.Leader();
        bench.Run(50, () => bench.Answers("b"));
        bench.Run(600, bench.LogAnswers);
        bench.Forget();

        // The next heartbeat and the next probe are due just now.
        bench.Run(50, bench.LogAnswers);
        Assert.Equal(["follow none in 5"], bench.Did());
    }

    [Fact]
    public void Safety_29_an_answer_on_the_bulk_transport_of_another_term_keeps_no_leader()
    {
        var bench = ElectionBench.Leader();
        bench.Run(650, () =>
        {
            bench.LogAnswers();
            bench.Election.HeartbeatReplied("b", Five, 1, healthy: true, bench.Now);
            bench.Election.BulkHeard("b", new Term(4), bench.Now);
        });
        Assert.NotEqual(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void Safety_29_a_logs_answer_to_an_earlier_leadership_says_nothing_of_this_one()
    {
        var bench = ElectionBench.Leader();
        bench.Run(100);
        bench.Forget();
        var old = bench.Probe!.Value;
        LeadAgain(bench);
        bench.Run(350, () => bench.Election.ProbeAnswered(old, bench.Now));
        bench.Forget();

        // The last word of its log is that of 350 ms ago: it has fallen silent.
        bench.Run(200, () => bench.Election.ProbeAnswered(old, bench.Now));
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void Raft_5_2_while_a_term_is_saved_the_last_heartbeat_of_the_highest_term_waits()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HeartbeatArrived("b", Six, 1, bench.Now);
        bench.Election.HeartbeatArrived("c", Five, 9, bench.Now);
        bench.Election.HeartbeatArrived("b", Six, 2, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        Assert.Equal(["save 6 voted none", "fence 6", "follow b in 6", "b: heard 2 in 6"], bench.Did());
    }

    /// <summary>Deposed by term 6 and elected again in term 7.</summary>
    private static void LeadAgain(ElectionBench bench)
    {
        var seven = new Term(7);
        bench.Election.HigherTermSeen(Six);
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        bench.TimeOut();
        bench.TailIs(Tail);
        bench.Election.PreVoteReplied("b", Six, seven, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(seven, Tail);
        bench.Forget();
        bench.Election.VoteReplied("b", seven, seven, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }
}
