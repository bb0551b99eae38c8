using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Votes that come at odd moments.</summary>
public sealed class VoteTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly Term Six = new(6);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void Raft_5_2_a_vote_that_comes_before_it_was_asked_for_does_not_keep_the_question_back()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        bench.Forget();
        bench.Fenced(Five, Tail);
        Assert.Equal(["b: vote? 5 with (10, term 4)", "c: vote? 5 with (10, term 4)"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_a_vote_by_a_member_of_an_earlier_term_does_not_count()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.VoteReplied("b", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void Raft_5_2_votes_of_an_earlier_election_do_not_add_to_those_of_the_next()
    {
        var bench = ElectionBench.Candidate(peers: "bcde");
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        bench.TimeOut();
        bench.TailIs(Tail);
        foreach (var id in new[] { "d", "e" }) bench.Election.PreVoteReplied(id, Five, Six, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        bench.Forget();
        bench.Election.VoteReplied("c", Six, Six, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.VoteReplied("d", Six, Six, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void Raft_5_2_a_follower_votes_for_nobody_else_in_the_term_of_its_leader_however_long_it_is_silent()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Pass(300);
        bench.Election.VoteRequested("c", Four, Tail, transfer: false, bench.Now);
        Assert.Equal(["c: vote 4 refused in 4"], bench.Did());
    }

    [Fact]
    public void Raft_5_1_a_vote_whose_term_ended_while_it_waited_is_refused()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.HigherTermSeen(Six);
        bench.Election.Saved();
        bench.Election.Saved();
        bench.Fenced(Six, Tail);
        Assert.Equal(["save 5 voted none", "save 6 voted none", "fence 6", "b: vote 5 refused in 6"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_leader_refuses_votes_however_long_it_has_led()
    {
        var bench = ElectionBench.Leader();
        bench.Run(5_000, () =>
        {
            bench.LogAnswers();
            bench.Answers("b");
        });
        bench.Forget();
        bench.Election.VoteRequested("c", new Term(9), Tail, transfer: false, bench.Now);
        bench.Election.PreVoteRequested("c", new Term(9), Tail, bench.Now);
        Assert.Equal(["c: vote 9 refused in 5", "c: pre-vote 9 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_01_a_vote_saved_does_not_make_a_follower_forget_the_leader_it_heard_meanwhile()
    {
        var bench = ElectionBench.Follower(term: 5);
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.HeartbeatArrived("c", Five, 3, bench.Now);
        bench.Election.Saved();
        Assert.Equal("c", bench.Election.Leader);
    }

    [Fact]
    public void Safety_01_a_candidacy_that_waits_for_a_save_keeps_its_own_vote()
    {
        var bench = ElectionBench.Follower(term: 5);
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.HeartbeatArrived("c", Five, 3, bench.Now);
        bench.Election.TimeoutNowArrived("c", Five, bench.Now);
        bench.Election.HigherTermSeen(Six);
        bench.Forget();
        bench.Election.Saved();
        Assert.Equal(["b: vote 5 granted in 5", "save 6 voted a"], bench.Did());
    }

    [Fact]
    public void Safety_24_a_candidate_whose_disk_is_ill_gives_up_and_follows_nobody()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.StoreHealth(healthy: false, bench.Now);
        Assert.Equal(["follow none in 5"], bench.Did());
        Assert.Equal(Role.Follower, bench.Election.Role);
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
    }

    [Fact]
    public void Safety_24_a_follower_whose_disk_is_ill_goes_on_following()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.StoreHealth(healthy: false, bench.Now);
        bench.Election.StoreHealth(healthy: false, bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal("b", bench.Election.Leader);
    }

    /// <summary>The log knows nothing of a term before its fence, and the fence makes it a follower of nobody by itself.</summary>
    [Fact]
    public void Safety_02_a_candidate_whose_term_was_never_fenced_gives_up_without_a_word_to_the_log()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.HigherTermSeen(Six);
        bench.Election.Saved();
        Assert.Equal(Role.Candidate, bench.Election.Role);
        bench.Election.StoreHealth(healthy: false, bench.Now);
        Assert.Equal(["save 5 voted a", "save 6 voted none"], bench.Did());
        Assert.Equal(Role.Follower, bench.Election.Role);
    }
}
