using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>What sections 5.1, 5.2, 5.4.1 and 5.6 of the extended Raft paper say of terms, votes and leaders.</summary>
public sealed class RaftElectionTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail; // (10, term 4)

    [Fact]
    public void Raft_5_1_a_higher_term_in_any_message_is_adopted_and_makes_a_follower()
    {
        (string Message, Action<Election, TimeSpan> Send)[] messages =
        [
            ("heartbeat", (it, now) => it.HeartbeatArrived("b", new Term(9), 1, now)),
            ("heartbeat reply", (it, now) => it.HeartbeatReplied("b", new Term(9), 1, healthy: true, now)),
            ("vote reply", (it, now) => it.VoteReplied("b", new Term(9), Five, granted: false, now)),
            ("pre-vote reply", (it, now) => it.PreVoteReplied("b", new Term(9), Five, granted: false, now)),
            ("push", (it, _) => it.HigherTermSeen(new Term(9))),
        ];
        foreach (
            var start in new Func<ElectionBench>[] { () => ElectionBench.Leader(), () => ElectionBench.Candidate(), () => ElectionBench.Follower() })
        {
            foreach (var (message, send) in messages)
            {
                var bench = start();
                send(bench.Election, bench.Now);
                Assert.Equal(["save 9 voted none"], bench.Did());
                bench.Election.Saved();
                Assert.True(bench.Election.Role == Role.Follower && bench.Election.Term == new Term(9) && bench.Election.Leader is null, message);
                Assert.Equal(["fence 9"], bench.Did());
            }
        }
    }

    [Fact]
    public void Raft_5_1_a_candidates_higher_term_is_adopted_even_when_its_vote_is_refused()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", new Term(9), LogPoint.Origin, transfer: false, bench.Now);
        Assert.Equal(["save 9 voted none"], bench.Did());
        bench.Election.Saved();
        bench.Fenced(new Term(9), Tail);
        Assert.Equal(["fence 9", "b: vote 9 refused in 9"], bench.Did());
    }

    [Fact]
    public void Raft_5_1_a_request_with_a_stale_term_is_rejected_with_the_current_term()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", new Term(3), Tail, transfer: false, bench.Now);
        bench.Election.PreVoteRequested("b", Four, Tail, bench.Now);
        bench.Election.HeartbeatArrived("b", new Term(3), 8, bench.Now);
        Assert.Equal(["b: vote 3 refused in 4", "b: pre-vote 4 refused in 4", "b: heard 0 in 4"], bench.Did());
        Assert.Null(bench.Election.Leader);
    }

    [Fact]
    public void Raft_5_1_the_term_never_goes_back()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HigherTermSeen(new Term(9));
        bench.Election.HigherTermSeen(new Term(7));
        bench.Election.Saved();
        bench.Election.HigherTermSeen(new Term(8));
        bench.Fenced(new Term(9), Tail);
        Assert.Equal(["save 9 voted none", "fence 9"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_a_follower_stays_one_as_long_as_it_hears_a_leader()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Run(10_000, () => bench.Election.HeartbeatArrived("b", Four, 1, bench.Now));
        Assert.Equal(Role.Follower, bench.Election.Role);
        Assert.All(bench.Did(), effect => Assert.Equal("b: heard 1 in 4", effect));
    }

    [Fact]
    public void Raft_5_2_a_follower_that_hears_nothing_for_an_election_timeout_begins_an_election()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Run(350);
        Assert.Empty(bench.Did());
        bench.Run(50);
        Assert.Equal(["follow none in 4", "ask tail"], bench.Did());
        bench.TailIs(Tail);
        Assert.Equal(["b: pre-vote? 5 with (10, term 4)", "c: pre-vote? 5 with (10, term 4)"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_a_candidate_increments_its_term_votes_for_itself_and_asks_all_others()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("c", Four, Five, granted: true, bench.Now);
        Assert.Equal(["save 5 voted a"], bench.Did());
        bench.Election.Saved();
        Assert.Equal(Role.Candidate, bench.Election.Role);
        Assert.Equal(["fence 5"], bench.Did());
        bench.Fenced(Five, Tail);
        Assert.Equal(["b: vote? 5 with (10, term 4)", "c: vote? 5 with (10, term 4)"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_votes_of_a_majority_win_and_heartbeats_go_out_at_once()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        Assert.Equal(["lead 5 trusting bc", "b: heartbeat 5", "c: heartbeat 5"], bench.Did());
        Assert.Equal((Role.Leader, "a"), (bench.Election.Role, bench.Election.Leader));
    }

    [Fact]
    public void Raft_5_2_a_vote_that_comes_twice_counts_once()
    {
        var bench = ElectionBench.Candidate(peers: "bcde");
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.VoteReplied("e", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void Raft_5_2_refusals_and_votes_of_other_terms_and_of_strangers_do_not_count()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.VoteReplied("b", Five, Five, granted: false, bench.Now);
        bench.Election.VoteReplied("b", Five, Four, granted: true, bench.Now);
        bench.Election.VoteReplied("x", Five, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal(Role.Candidate, bench.Election.Role);
    }

    [Fact]
    public void Raft_5_2_a_member_votes_for_at_most_one_candidate_in_a_term_first_come_first_served()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.VoteRequested("c", Five, new LogPoint(new LogIndex(99), Four), transfer: false, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        bench.Election.Saved();
        Assert.Equal(["save 5 voted none", "fence 5", "save 5 voted b", "b: vote 5 granted in 5", "c: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_the_same_candidate_gets_the_same_answer_again()
    {
        var bench = ElectionBench.Follower(term: 5, votedFor: "b");
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.VoteRequested("c", Five, Tail, transfer: false, bench.Now);
        Assert.Equal(["b: vote 5 granted in 5", "c: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_a_candidate_never_votes_for_another()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        Assert.Equal(["b: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_a_candidate_that_hears_the_leader_of_its_term_follows_it()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.HeartbeatArrived("b", Five, 1, bench.Now);
        Assert.Equal(["follow b in 5", "b: heard 1 in 5"], bench.Did());
        bench.Election.VoteReplied("c", Five, Five, granted: true, bench.Now);
        Assert.Equal((Role.Follower, "b"), (bench.Election.Role, bench.Election.Leader));
    }

    [Fact]
    public void Raft_5_2_a_candidate_ignores_a_leader_of_a_term_that_is_over()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        Assert.Equal(["b: heard 0 in 5"], bench.Did());
        Assert.Equal(Role.Candidate, bench.Election.Role);
    }

    [Fact]
    public void Raft_5_2_a_split_vote_times_out_and_a_new_election_begins()
    {
        var bench = ElectionBench.Candidate();
        bench.TimeOut();
        Assert.Equal(["ask tail"], bench.Did());
        bench.TailIs(Tail);
        bench.Election.PreVoteReplied("b", Five, new Term(6), granted: true, bench.Now);
        Assert.Equal(["b: pre-vote? 6 with (10, term 4)", "c: pre-vote? 6 with (10, term 4)", "save 6 voted a"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_election_timeouts_are_drawn_anew_for_every_election()
    {
        var bench = ElectionBench.Follower();
        bench.NextTimeout = TimeSpan.FromMilliseconds(600);
        bench.Run(400);
        Assert.Equal(["ask tail"], bench.Did());
        bench.Run(550);
        Assert.Empty(bench.Did());
        bench.Run(50);
        Assert.Equal(["ask tail"], bench.Did());
    }

    [Fact]
    public void Raft_5_2_whoever_claims_a_term_that_another_leads_is_not_believed()
    {
        var leader = ElectionBench.Leader();
        leader.Election.HeartbeatArrived("b", Five, 1, leader.Now);
        Assert.Empty(leader.Did());
        Assert.Equal(["a heartbeat of b in term 5, which a leads"], leader.Dropped);
        Assert.Equal(Role.Leader, leader.Election.Role);
        var follower = ElectionBench.FollowerOf("b");
        follower.Election.HeartbeatArrived("c", Four, 1, follower.Now);
        Assert.Empty(follower.Did());
        Assert.Single(follower.Dropped);
        Assert.Equal("b", follower.Election.Leader);
    }

    [Theory]
    [InlineData(10, 4, true)] // the same log
    [InlineData(11, 4, true)] // longer in the same term
    [InlineData(1, 5, true)] // shorter, but of a later term
    [InlineData(9, 4, false)] // shorter in the same term
    [InlineData(99, 3, false)] // longer, but of an earlier term
    public void Raft_5_4_1_a_vote_is_denied_when_the_voters_log_is_more_up_to_date(long index, long term, bool granted)
    {
        var last = new LogPoint(new LogIndex(index), new Term(term));
        var bench = ElectionBench.Follower(term: 6);
        bench.Election.VoteRequested("b", new Term(6), last, transfer: false, bench.Now);
        Assert.Equal([granted ? "save 6 voted b" : "b: vote 6 refused in 6"], bench.Did());

        bench.Election.PreVoteRequested("c", new Term(7), last, bench.Now);
        Assert.Equal(["ask tail"], bench.Did());
        bench.TailIs(Tail);
        Assert.Equal([$"c: pre-vote 7 {(granted ? "granted" : "refused")} in 6"], bench.Did());
    }

    [Fact]
    public void Raft_5_4_1_a_refused_candidate_leaves_the_vote_to_a_better_one()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Four, LogPoint.Origin, transfer: false, bench.Now);
        bench.Election.VoteRequested("c", Four, Tail, transfer: false, bench.Now);
        bench.Election.Saved();
        Assert.Equal(["b: vote 4 refused in 4", "save 4 voted c", "c: vote 4 granted in 4"], bench.Did());
    }

    [Fact]
    public void Raft_5_5_lost_requests_are_made_again_for_ever()
    {
        var bench = ElectionBench.Follower();
        for (var i = 0; i < 20; i++)
        {
            bench.TimeOut();
            bench.TailIs(Tail);
            Assert.Equal(["ask tail", "b: pre-vote? 5 with (10, term 4)", "c: pre-vote? 5 with (10, term 4)"], bench.Did());
        }
    }

    [Fact]
    public void A_group_of_one_elects_itself_at_once()
    {
        var bench = new ElectionBench(HardState.Initial, peers: "");
        bench.Election.Start();
        Assert.Equal(["save 0 voted none"], bench.Did());
        Assert.Equal(["a"], bench.Saving!.Founders);
        bench.Election.Saved();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Election.Tick(bench.Now);
        bench.Election.Saved();
        bench.Fenced(new Term(1), LogPoint.Origin);
        Assert.Equal(["fence 0", "save 1 voted a", "fence 1", "lead 1 trusting "], bench.Did());
        bench.Run(5_000, bench.LogAnswers);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void A_leader_heartbeats_every_interval()
    {
        var bench = ElectionBench.Leader();
        bench.Run(50);
        Assert.Empty(bench.Did());
        bench.Run(50);
        Assert.Equal(["probe", "b: heartbeat 5", "c: heartbeat 5"], bench.Did());
    }

    [Fact]
    public void A_pre_candidate_that_votes_for_another_gives_that_one_a_chance()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        bench.Election.Saved();
        Assert.Equal(["save 4 voted b", "b: vote 4 granted in 4"], bench.Did());
        bench.Election.PreVoteReplied("c", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
    }
}
