using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>How long a leader may rely on nobody else being elected, and what the others promise it for that.</summary>
public sealed class LeaseTests
{
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);

    [Fact]
    public void Safety_79_a_lease_runs_from_when_the_round_was_sent_that_a_quorum_has_answered()
    {
        var bench = ElectionBench.Leader();
        var sent = bench.Now;
        bench.Pass(40);
        bench.Answers("b");
        Assert.Equal(sent + ElectionBench.TimeoutMin, bench.LeaseUntil);
    }

    [Fact]
    public void Safety_79_a_lease_is_shorter_by_what_two_clocks_may_differ()
    {
        var settings = ElectionBench.SettingsOf("a") with { ClockDriftMax = 0.1 };
        var turn = new ElectionTurn(TimeSpan.FromHours(1));
        var lease = new LeaderLease(turn, new TermState(turn, ElectionBench.OnDisk(5), ElectionBench.MembersOf("abc")), settings, () => turn.Now);
        lease.Confirmed(lease.Start());
        var until = Assert.IsType<ElectionEffect.LeaseUntil>(Assert.Single(turn.TakeEffects())).Until;
        Assert.Equal(ElectionBench.TimeoutMin * 0.9 / 1.1, until - turn.Now);
    }

    [Fact]
    public void Safety_79_without_a_quorum_there_is_no_lease()
    {
        var bench = ElectionBench.Leader(peers: "bcde");
        bench.Answers("b");
        Assert.Equal(TimeSpan.MinValue, bench.LeaseUntil);
        bench.Answers("c");
        Assert.NotEqual(TimeSpan.MinValue, bench.LeaseUntil);
    }

    [Fact]
    public void Safety_79_a_member_that_is_alone_has_its_own_word()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4, peers: ""), peers: "");
        bench.Election.Start();
        bench.Fenced(new Term(4), ElectionBench.DefaultTail);
        bench.Run(50);
        bench.Election.Saved();
        bench.Fenced(Five, ElectionBench.DefaultTail);
        Assert.Equal(Role.Leader, bench.Election.Role);
        Assert.Equal(bench.Now + ElectionBench.TimeoutMin, bench.LeaseUntil);
    }

    [Fact]
    public void Safety_79_a_pause_of_the_process_voids_the_lease_and_what_was_sent_before_it_gives_none()
    {
        var bench = ElectionBench.Leader();
        bench.Answers("b");
        bench.Pass(450);
        bench.Election.Tick(bench.Now);
        Assert.Equal(TimeSpan.MinValue, bench.LeaseUntil);

        // An answer that lay in the socket all the while.
        bench.Election.HeartbeatReplied("b", Five, 1, healthy: true, bench.Now);
        Assert.Equal(TimeSpan.MinValue, bench.LeaseUntil);
        bench.Run(100, bench.LogAnswers);
        bench.Answers("b");
        Assert.NotEqual(TimeSpan.MinValue, bench.LeaseUntil);
    }

    [Fact]
    public void Safety_79_the_clock_of_leases_goes_on_while_the_machine_sleeps()
    {
        var bench = ElectionBench.Leader();
        bench.Slept = TimeSpan.FromMinutes(5);
        bench.Answers("b");
        var sentBeforeTheSleep = bench.Now + ElectionBench.TimeoutMin;
        Assert.Equal(sentBeforeTheSleep, bench.LeaseUntil);
    }

    [Fact]
    public void Safety_79_who_has_answered_a_leader_votes_for_no_other_even_in_a_term_that_came_meanwhile()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Pass(50);
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Fenced(Five, ElectionBench.DefaultTail);
        bench.Forget();
        bench.Election.VoteRequested("c", Five, ElectionBench.DefaultTail, transfer: false, bench.Now);
        Assert.Equal(["c: vote 5 refused in 5"], bench.Did());
        bench.Pass(250);
        bench.Election.VoteRequested("c", Five, ElectionBench.DefaultTail, transfer: false, bench.Now);
        bench.Election.Saved();
        Assert.Equal(["save 5 voted c", "c: vote 5 granted in 5"], bench.Did());
    }

    [Fact]
    public void Safety_79_a_deposed_leader_keeps_to_the_lease_that_it_may_still_hold()
    {
        var bench = ElectionBench.Leader();
        bench.Answers("b");
        bench.Election.HigherTermSeen(Six);
        bench.Election.Saved();
        bench.Fenced(Six, ElectionBench.DefaultTail);
        bench.Forget();
        bench.Election.VoteRequested("c", Six, ElectionBench.DefaultTail, transfer: false, bench.Now);
        Assert.Equal(["c: vote 6 refused in 6"], bench.Did());
        bench.Pass(300);
        bench.Election.VoteRequested("c", Six, ElectionBench.DefaultTail, transfer: false, bench.Now);
        bench.Election.Saved();
        Assert.Equal(["save 6 voted c", "c: vote 6 granted in 6"], bench.Did());
    }

    [Fact]
    public void Safety_79_who_is_about_to_vote_in_a_later_term_answers_the_leader_of_this_one_without_a_promise()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("c", Five, ElectionBench.DefaultTail, transfer: false, bench.Now);
        bench.Forget();
        bench.Election.HeartbeatArrived("b", new Term(4), 9, bench.Now);
        Assert.Contains("b: heard 0 in 4", bench.Did());
    }
}
