using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>The rules of SAFETY on terms, votes and memory that the election keeps.</summary>
public sealed class ElectionSafetyTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void Safety_01_a_vote_leaves_only_after_it_is_saved()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        Assert.Equal(["save 4 voted b"], bench.Did());
        bench.Election.Saved();
        Assert.Equal(["b: vote 4 granted in 4"], bench.Did());
    }

    [Fact]
    public void Safety_01_one_save_at_a_time()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        bench.Election.HigherTermSeen(Five);
        bench.Election.VoteRequested("c", new Term(6), Tail, transfer: false, bench.Now);
        Assert.Equal(["save 4 voted b"], bench.Did());
        bench.Election.Saved();
        Assert.Equal(["b: vote 4 granted in 4", "save 6 voted none"], bench.Did());
        bench.Election.Saved();
        Assert.Equal(["fence 6"], bench.Did());
    }

    [Fact]
    public void Safety_01_a_save_that_nobody_asked_for_is_a_broken_invariant() =>
        Assert.Throws<InvariantBrokenException>(() => ElectionBench.Follower().Election.Saved());

    [Fact]
    public void Safety_01_a_higher_term_is_saved_before_its_leader_is_answered()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HeartbeatArrived("b", Five, 7, bench.Now);
        Assert.Equal(["save 5 voted none"], bench.Did());
        bench.Election.Saved();
        Assert.Equal(["fence 5"], bench.Did());
        bench.Fenced(Five, Tail);
        Assert.Equal(["follow b in 5", "b: heard 7 in 5"], bench.Did());
    }

    [Fact]
    public void Safety_02_a_vote_is_judged_with_the_tail_of_a_fence_in_its_term()
    {
        var bench = ElectionBench.Follower();
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.Saved();
        Assert.Equal(["save 5 voted none", "fence 5"], bench.Did());
        // A batch slipped in before the fence: the answer to the old fence does not count.
        bench.Fenced(Four, Tail);
        Assert.Empty(bench.Did());
        bench.Fenced(Five, new LogPoint(new LogIndex(11), Four));
        Assert.Equal(["b: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_02_a_candidate_asks_with_the_tail_of_the_fence_in_its_own_term()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, new LogPoint(new LogIndex(12), Four));
        Assert.Equal(
            ["save 5 voted a", "fence 5", "b: vote? 5 with (12, term 4)", "c: vote? 5 with (12, term 4)"], bench.Did());
    }

    [Fact]
    public void Safety_02_a_fence_that_a_higher_term_overtook_is_asked_for_anew()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Election.HigherTermSeen(new Term(6));
        bench.Fenced(Five, Tail);
        bench.Election.Saved();
        Assert.Equal(["save 5 voted none", "fence 5", "save 6 voted none", "fence 6"], bench.Did());
    }

    [Fact]
    public void Safety_02_a_late_answer_to_an_earlier_fence_takes_nothing_back()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HigherTermSeen(Five);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        bench.Fenced(Four, LogPoint.Origin);
        bench.Forget();
        bench.Election.VoteRequested("b", Five, LogPoint.Origin, transfer: false, bench.Now);
        bench.Election.VoteRequested("c", Five, Tail, transfer: false, bench.Now);
        Assert.Equal(["b: vote 5 refused in 5", "save 5 voted c"], bench.Did());
    }

    /// <summary>Found by simulation: a late heartbeat of a term that was saved while a higher one was wanted already.</summary>
    [Fact]
    public void Safety_02_a_heartbeat_of_a_term_that_was_saved_and_never_fenced_is_not_followed()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HigherTermSeen(Five);
        bench.Election.HigherTermSeen(new Term(6));
        bench.Election.Saved();
        Assert.Equal(["save 5 voted none", "save 6 voted none"], bench.Did());
        bench.Election.HeartbeatArrived("b", Five, 7, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.Saved();
        bench.Fenced(new Term(6), Tail);
        Assert.Equal(["fence 6", "b: heard 0 in 6"], bench.Did());
    }

    [Fact]
    public void Safety_02_nothing_follows_a_term_before_it_is_fenced()
    {
        var bench = ElectionBench.Leader();
        bench.Election.HigherTermSeen(new Term(6));
        bench.Election.Saved();
        bench.Election.HeartbeatArrived("b", new Term(6), 1, bench.Now);
        Assert.Equal(["save 6 voted none", "fence 6", "follow b in 6", "b: heard 1 in 6"], bench.Did());
    }

    [Fact]
    public void Safety_03_the_first_thing_after_a_start_is_a_fence_at_the_saved_term()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4));
        bench.Election.Start();
        Assert.Equal(["fence 4"], bench.Did());
    }

    [Fact]
    public void Safety_03_a_vote_in_the_saved_term_waits_for_the_first_fence()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4));
        bench.Election.Start();
        bench.Pass(ElectionBench.TimeoutMin);
        bench.Election.VoteRequested("b", Four, Tail, transfer: false, bench.Now);
        Assert.Equal(["fence 4"], bench.Did());
        bench.Fenced(Four, Tail);
        Assert.Equal(["save 4 voted b"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_pre_vote_changes_no_term_and_fences_nothing()
    {
        var bench = ElectionBench.Follower();
        bench.Election.PreVoteRequested("b", new Term(99), Tail, bench.Now);
        bench.TailIs(Tail);
        Assert.Equal(["ask tail", "b: pre-vote 99 granted in 4"], bench.Did());
        Assert.Equal(Four, bench.Election.Term);
    }

    [Fact]
    public void Safety_04_a_member_that_hears_a_leader_refuses_votes_and_pre_votes_and_keeps_its_term()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Pass(299);
        bench.Election.VoteRequested("c", new Term(9), Tail, transfer: false, bench.Now);
        bench.Election.PreVoteRequested("c", new Term(9), Tail, bench.Now);
        Assert.Equal(["c: vote 9 refused in 4", "c: pre-vote 9 refused in 4"], bench.Did());
        bench.Pass(1);
        bench.Election.PreVoteRequested("c", new Term(9), Tail, bench.Now);
        bench.Election.VoteRequested("c", new Term(9), Tail, transfer: false, bench.Now);
        Assert.Equal(["ask tail", "save 9 voted none"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_leader_refuses_votes_and_pre_votes()
    {
        var bench = ElectionBench.Leader();
        bench.Election.VoteRequested("c", new Term(9), Tail, transfer: false, bench.Now);
        bench.Election.PreVoteRequested("c", new Term(9), Tail, bench.Now);
        Assert.Equal(["c: vote 9 refused in 5", "c: pre-vote 9 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_pre_vote_that_waits_for_the_tail_is_refused_if_a_leader_was_heard_meanwhile()
    {
        var bench = ElectionBench.Follower();
        bench.Election.PreVoteRequested("b", Five, Tail, bench.Now);
        bench.Election.HeartbeatArrived("c", Four, 1, bench.Now);
        bench.TailIs(Tail);
        Assert.Equal(["ask tail", "follow c in 4", "c: heard 1 in 4", "b: pre-vote 5 refused in 4"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_transfers_vote_passes_stickiness()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Election.VoteRequested("c", Five, Tail, transfer: true, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        bench.Election.Saved();
        Assert.Equal(["save 5 voted none", "fence 5", "save 5 voted c", "c: vote 5 granted in 5"], bench.Did());
    }

    [Fact]
    public void Safety_04_a_partitioned_member_that_comes_back_does_not_disturb_the_leader()
    {
        var bench = ElectionBench.Follower();
        bench.Run(60_000, () => bench.TailIs(Tail));
        Assert.Equal(Four, bench.Election.Term);
        bench.Forget();
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        Assert.Equal(["follow b in 4", "b: heard 1 in 4"], bench.Did());
    }

    [Fact]
    public void Safety_06_a_restarted_member_votes_for_nobody_during_one_election_timeout()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4));
        bench.Election.Start();
        bench.Fenced(Four, Tail);
        bench.Forget();
        bench.Pass(299);
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.VoteRequested("b", Five, Tail, transfer: true, bench.Now);
        bench.Election.PreVoteRequested("c", Five, Tail, bench.Now);
        Assert.Equal(["b: vote 5 refused in 4", "b: vote 5 refused in 4", "c: pre-vote 5 refused in 4"], bench.Did());
        bench.Pass(1);
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        Assert.Equal(["save 5 voted none"], bench.Did());
    }

    [Fact]
    public void Safety_06_a_new_member_has_promised_nothing_and_need_not_wait()
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(0));
        bench.Election.Start();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Election.PreVoteRequested("c", new Term(1), LogPoint.Origin, bench.Now);
        bench.TailIs(LogPoint.Origin);
        Assert.Equal(["fence 0", "ask tail", "c: pre-vote 1 granted in 0"], bench.Did());
    }

    [Fact]
    public void Safety_06_a_restarted_leader_does_not_lead_on_and_a_restarted_voter_remembers_its_vote()
    {
        var bench = ElectionBench.Follower(term: 5, votedFor: "a");
        Assert.Equal(Role.Follower, bench.Election.Role);
        bench.Election.VoteRequested("b", Five, new LogPoint(new LogIndex(99), Five), transfer: false, bench.Now);
        Assert.Equal(["b: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_07_a_member_that_was_not_confirmed_by_all_neither_votes_nor_campaigns()
    {
        var bench = new ElectionBench(new HardState(Four, null, [new KnownPeer("b", ElectionBench.StoreOf("b"), true)], ElectionBench.Listed("abc")));
        bench.Election.Start();
        bench.Fenced(Four, Tail);
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false));
        bench.Forget();
        bench.Run(1_000);
        Assert.All(bench.Did(), effect => Assert.Equal("c: hello", effect));
        Assert.Contains("not met yet: c", bench.Election.Problem, StringComparison.Ordinal);
        bench.Election.PreVoteRequested("b", Five, Tail, bench.Now);
        bench.Election.VoteRequested("b", Five, Tail, transfer: false, bench.Now);
        bench.Election.Saved();
        bench.Fenced(Five, Tail);
        Assert.Equal(["b: pre-vote 5 refused in 4", "save 5 voted none", "fence 5", "b: vote 5 refused in 5"], bench.Did());
    }

    [Fact]
    public void Safety_07_the_last_confirmation_lets_a_member_vote_and_is_saved()
    {
        KnownPeer[] known = [new("b", ElectionBench.StoreOf("b"), true), new("c", ElectionBench.StoreOf("c"), false)];
        var bench = new ElectionBench(new HardState(Term.None, null, known, ElectionBench.Listed("abc")));
        bench.Election.Start();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Forget();
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false));
        Assert.Equal(["save 0 voted none"], bench.Did());
        Assert.Equal(ElectionBench.OnDisk(0).Peers, bench.Saving!.Peers);
        Assert.Null(bench.Election.Problem);
    }

    [Fact]
    public void Safety_07_what_a_member_says_that_it_knows_is_saved_before()
    {
        var bench = ElectionBench.FirstStart();
        bench.Pass(100);
        bench.Election.HelloArrived("b", 1, bench.Now);
        Assert.Equal(["b: hello", "b: knows a"], bench.Did());
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "b"));
        Assert.Equal(["b: hello", "c: hello", "save 0 voted none"], bench.Did());
        bench.Election.HelloArrived("b", 1, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.Saved();
        Assert.Equal(["b: knows ab"], bench.Did());
    }

    [Fact]
    public void Safety_07_a_wiped_member_is_never_trusted()
    {
        var bench = ElectionBench.Follower();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "b"), folder: 2);
        Assert.Empty(bench.Did());
        Assert.True(bench.Election.IsWiped("b"));
        Assert.False(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b", folder: 2)));
        Assert.True(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
        Assert.False(bench.Election.IsTrusted("x", ElectionBench.StoreOf("x")));
    }

    [Fact]
    public void Safety_07_a_member_whose_own_folder_was_wiped_never_votes_and_says_so()
    {
        var bench = ElectionBench.FirstStart();
        var earlier = ElectionBench.GreetingOf("abc", instead: new MemberLife("a", ElectionBench.StoreOf("a", folder: 2)));
        foreach (var id in new[] { "b", "c" }) bench.Answers(id, earlier);
        bench.Election.Saved();
        bench.Forget();
        bench.Run(5_000);
        Assert.All(bench.Did(), effect => Assert.EndsWith("hello", effect, StringComparison.Ordinal));
        bench.Election.PreVoteRequested("b", Five, Tail, bench.Now);
        Assert.Equal(["b: pre-vote 5 refused in 0"], bench.Did());
        Assert.Contains("another data folder", bench.Election.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Safety_07_only_the_whole_list_is_a_confirmation()
    {
        var bench = ElectionBench.FirstStart();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "ab"));
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, instead: new MemberLife("b", ElectionBench.StoreOf("b", folder: 2))));
        bench.Election.Saved();
        bench.Forget();
        Assert.All(bench.Saving!.Peers, peer => Assert.False(peer.ConfirmedUs));
        Assert.EndsWith("not met yet: b, c", bench.Election.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Safety_07_a_folder_that_is_replaced_before_the_group_was_founded_is_known_anew()
    {
        // a and b know c by a folder that has never confirmed anybody; it is replaced.
        var bench = ElectionBench.FirstStart();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "ab"));
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, known: "c"));
        bench.Election.Saved();
        bench.Election.Saved();
        bench.Forget();
        var second = new MemberLife("c", ElectionBench.StoreOf("c", folder: 2));
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, instead: second), folder: 2);
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, instead: second));
        bench.Election.Saved();
        Assert.Null(bench.Election.Problem);
        Assert.True(bench.Election.IsTrusted("c", second.StoreId));
        Assert.False(bench.Election.IsWiped("c"));
    }

    [Fact]
    public void Safety_07_who_missed_the_founding_takes_the_list_of_a_member_that_did_not()
    {
        // a saw the second folder of c; b and the first one had founded the group with a before.
        var bench = ElectionBench.FirstStart();
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, known: "c"), folder: 2);
        bench.Election.Saved();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "ab"));
        bench.Election.Saved();
        bench.Answers("b", ElectionBench.GreetingOf("abc"));
        bench.Election.Saved();
        bench.Forget();
        Assert.Equal(ElectionBench.OnDisk(0).Peers, bench.Saving!.Peers);
        Assert.True(bench.Election.IsWiped("c"));
        Assert.Null(bench.Election.Problem);
    }

    [Fact]
    public void Safety_07_what_was_confirmed_before_a_list_changed_counts_no_more_however_late_it_comes()
    {
        var bench = ElectionBench.FirstStart();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "b"));
        bench.Nonce = 8;
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, known: "c"), nonce: 7);
        bench.Election.Saved();
        bench.Election.Saved();
        bench.Forget();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false), nonce: 7);
        Assert.Empty(bench.Did());
        Assert.Empty(bench.Dropped);
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false), nonce: 8);
        Assert.Equal(["save 0 voted none"], bench.Did());
    }

    [Fact]
    public void Who_is_not_founded_asks_also_a_member_that_it_hears_all_the_time()
    {
        // b and c have answered and know the whole list; c has not said so, and is gone. b is heard, for it wants to be elected.
        var bench = ElectionBench.FirstStart();
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, known: "c"));
        bench.Election.Saved();
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false));
        bench.Election.Saved();
        bench.Forget();
        bench.Greeted.Clear();
        bench.Run(1_000, () => bench.Election.PreVoteRequested("b", new Term(1), LogPoint.Origin, bench.Now));
        bench.Forget();
        Assert.Contains("b", bench.Greeted);
    }

    [Fact]
    public void Who_has_started_anew_is_asked_until_it_answers_also_while_it_is_heard()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Greeted.Clear();
        void Heartbeat() => bench.Election.HeartbeatArrived("b", new Term(4), 2, bench.Now);
        bench.Run(1_000, Heartbeat);
        bench.Forget();
        Assert.DoesNotContain("b", bench.Greeted);

        // It asks with a new nonce, and the question that it is asked in return is lost.
        bench.Election.HelloArrived("b", 71, bench.Now);
        bench.Forget();
        bench.Greeted.Clear();
        bench.Run(1_000, Heartbeat);
        bench.Forget();
        Assert.Contains("b", bench.Greeted);
        bench.Answers("b", ElectionBench.GreetingOf("abc"));
        bench.Forget();
        bench.Greeted.Clear();
        bench.Run(1_000, Heartbeat);
        bench.Forget();
        Assert.DoesNotContain("b", bench.Greeted);
    }

    [Fact]
    public void A_hello_in_the_name_of_a_member_that_never_came_only_makes_us_ask_it()
    {
        var bench = ElectionBench.FirstStart();
        bench.Pass(100);
        for (var nonce = 100; nonce < 200; nonce++) bench.Election.HelloArrived("b", nonce, bench.Now);
        Assert.Single(bench.Did(), effect => effect == "b: hello");
        // Nor does an answer that nobody asked for.
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false), folder: 9, nonce: 4711);
        Assert.Single(bench.Dropped);
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: "b"));
        bench.Forget();
        Assert.Equal(ElectionBench.StoreOf("b"), bench.Saving!.Peers.Single().StoreId);
    }

    [Fact]
    public void A_member_that_is_silent_is_greeted_though_we_know_each_other()
    {
        var bench = ElectionBench.FollowerOf("b");
        bench.Greeted.Clear();
        for (var i = 0; i < 40; i++)
        {
            bench.Pass(50);
            bench.Election.HeartbeatArrived("b", new Term(4), i + 2, bench.Now);
            bench.Election.Tick(bench.Now);
        }

        bench.Did();
        Assert.NotEmpty(bench.Greeted);
        Assert.All(bench.Greeted, id => Assert.Equal("c", id));
    }

    [Fact]
    public void Safety_07_members_greet_until_everybody_has_confirmed()
    {
        var bench = ElectionBench.FirstStart();
        bench.Run(350);
        Assert.Equal(["b: hello", "c: hello"], bench.Did());
        bench.Run(300);
        Assert.Equal(["b: hello", "c: hello"], bench.Did());
    }
}
