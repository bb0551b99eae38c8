using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Asking whether an election would succeed (thesis 9.6), from both sides.</summary>
public sealed class PreVoteTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void Refusals_and_answers_to_other_terms_and_of_strangers_do_not_count()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: false, bench.Now);
        bench.Election.PreVoteReplied("b", Four, Four, granted: true, bench.Now);
        bench.Election.PreVoteReplied("b", Four, Six, granted: true, bench.Now);
        bench.Election.PreVoteReplied("x", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        Assert.Equal(["save 5 voted a"], bench.Did());
    }

    [Fact]
    public void Answers_to_an_earlier_round_of_five_do_not_add_to_those_of_the_next()
    {
        var bench = ElectionBench.Follower(peers: "bcde");
        bench.TimeOut();
        bench.TailIs(Tail);
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.TimeOut();
        bench.TailIs(Tail);
        bench.Forget();
        bench.Election.PreVoteReplied("c", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.PreVoteReplied("d", Four, Five, granted: true, bench.Now);
        Assert.Equal(["save 5 voted a"], bench.Did());
    }

    [Fact]
    public void One_that_hears_a_leader_before_it_knows_its_tail_asks_nobody()
    {
        var bench = ElectionBench.Follower();
        bench.TimeOut();
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        bench.Forget();
        bench.TailIs(Tail);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void One_that_adopts_a_higher_term_before_it_knows_its_tail_asks_nobody()
    {
        var bench = ElectionBench.Follower();
        bench.TimeOut();
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Forget();
        bench.TailIs(Tail);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void One_that_votes_for_another_before_it_knows_its_tail_asks_nobody()
    {
        var bench = ElectionBench.Follower();
        bench.TimeOut();
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        bench.Forget();
        bench.TailIs(Tail);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void A_tail_is_an_answer_to_all_who_wait_for_it_once()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteRequested("b", Five, Tail, bench.Now);
        bench.Election.PreVoteRequested("c", Six, LogPoint.Origin, bench.Now);
        bench.TailIs(Tail);
        bench.TailIs(Tail);
        Assert.Equal(["ask tail", "ask tail", "b: pre-vote 5 granted in 4", "c: pre-vote 6 refused in 4"], bench.Did());
    }

    [Fact]
    public void One_whose_proposed_term_was_reached_while_it_waited_is_refused()
    {
        var bench = ElectionBench.Follower();
        bench.Election.PreVoteRequested("b", Five, Tail, bench.Now);
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        bench.Forget();
        bench.TailIs(Tail);
        Assert.Equal(["b: pre-vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_06_the_quiet_time_after_a_restart_ends_on_time()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4));
        bench.Election.Start();
        bench.Fenced(Four, Tail);
        bench.Forget();
        bench.Pass(300);
        bench.Election.PreVoteRequested("c", Five, Tail, bench.Now);
        Assert.Equal(["ask tail"], bench.Did());
    }

    [Fact]
    public void Safety_24_one_whose_disk_is_ill_gives_up_and_follows_nobody()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.StoreHealth(healthy: false, bench.Now);
        Assert.Equal(["follow none in 4"], bench.Did());
        Assert.Equal(Role.Follower, bench.Election.Role);
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
    }
}
