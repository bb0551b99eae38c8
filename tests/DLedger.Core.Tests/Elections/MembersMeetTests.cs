using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Who is there, whose folder is whose, and what is said when somebody is missing (SAFETY 7).</summary>
public sealed class MembersMeetTests
{
    private static readonly Term Four = new(4);

    [Fact]
    public void A_member_is_reachable_for_two_election_timeouts_after_any_word_of_it()
    {
        (string Word, Action<Election, TimeSpan> Say)[] words =
        [
            ("heartbeat", (it, now) => it.HeartbeatArrived("b", new Term(3), 1, now)),
            ("heartbeat reply", (it, now) => it.HeartbeatReplied("b", Four, 1, healthy: true, now)),
            ("vote request", (it, now) => it.VoteRequested("b", new Term(3), LogPoint.Origin, transfer: false, now)),
            ("vote reply", (it, now) => it.VoteReplied("b", Four, Four, granted: false, now)),
            ("pre-vote request", (it, now) => it.PreVoteRequested("b", Four, LogPoint.Origin, now)),
            ("pre-vote reply", (it, now) => it.PreVoteReplied("b", Four, Four, granted: false, now)),
            ("timeout now", (it, now) => it.TimeoutNowArrived("b", new Term(3), now)),
            ("answer to a hello", (it, now) => it.HelloReplied("b", ElectionBench.StoreOf("b"), 7, ElectionBench.GreetingOf("abc"), now)),
        ];
        foreach (var (word, say) in words)
        {
            var bench = ElectionBench.Follower();
            Assert.False(bench.Election.IsReachable("b"), word);
            say(bench.Election, bench.Now);
            bench.Run(1_200);
            Assert.True(bench.Election.IsReachable("b"), word);
            bench.Run(50);
            Assert.False(bench.Election.IsReachable("b"), word);
        }
    }

    [Fact]
    public void Strangers_are_nobody()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HelloArrived("x", 1, bench.Now);
        bench.Answers("x", ElectionBench.GreetingOf("abcx"));
        bench.Election.BulkHeard("x", Four, bench.Now);
        Assert.Empty(bench.Did());
        Assert.Equal((false, false, false), (bench.Election.IsReachable("x"), bench.Election.IsWiped("x"), bench.Election.IsTrusted("x", default)));
    }

    [Fact]
    public void A_member_that_is_known_but_has_not_confirmed_us_is_greeted_until_it_does()
    {
        KnownPeer[] known = [new("b", ElectionBench.StoreOf("b"), ConfirmedUs: false), new("c", ElectionBench.StoreOf("c"), ConfirmedUs: true)];
        var bench = new ElectionBench(new HardState(Term.None, null, known, ElectionBench.Listed("abc")));
        bench.Election.Start();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false));
        bench.Forget();
        bench.Run(50);
        Assert.Equal(["b: hello"], bench.Did());
        bench.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false));
        Assert.Equal(["save 0 voted none"], bench.Did());
        Assert.Equal(ElectionBench.OnDisk(0).Peers, bench.Saving!.Peers);
        bench.Election.Saved();
        bench.Run(350);
        Assert.DoesNotContain("b: hello", bench.Did());
    }

    [Fact]
    public void A_confirmation_that_comes_twice_is_saved_once_and_stays()
    {
        var bench = ElectionBench.Follower();
        for (var i = 0; i < 2; i++) bench.Answers("b", ElectionBench.GreetingOf("abc"));
        Assert.Empty(bench.Did());
        Assert.Null(bench.Election.Problem);
    }

    [Fact]
    public void Each_question_is_answered_once()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HelloArrived("b", 1, bench.Now);
        bench.Election.HelloArrived("c", 2, bench.Now);
        Assert.Equal(["b: knows abc, founded", "c: knows abc, founded"], bench.Did());
    }

    [Fact]
    public void Members_that_know_each_other_greet_after_two_election_timeouts_of_silence()
    {
        var bench = ElectionBench.Follower();
        bench.Election.HeartbeatArrived("b", Four, 1, bench.Now);
        bench.Forget();
        bench.Greeted.Clear();
        bench.Run(1_150);
        bench.Forget();
        Assert.Equal(["c", "c", "c"], bench.Greeted);
        bench.Run(50);
        bench.Forget();
        Assert.Equal(["c", "c", "c", "b", "c"], bench.Greeted);
    }

    [Fact]
    public void Safety_07_a_confirmation_by_a_wiped_member_does_not_count()
    {
        var bench = ElectionBench.Follower();
        bench.Answers(
            "b", ElectionBench.GreetingOf("abc", isFounded: false, instead: new MemberLife("b", ElectionBench.StoreOf("b", folder: 2))), folder: 2);
        Assert.Empty(bench.Did());
        Assert.True(bench.Election.IsWiped("b"));
        Assert.False(bench.Election.IsWiped("c"));
        Assert.False(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b", folder: 2)));
        Assert.True(bench.Standings["b"].IsFed(ElectionBench.StoreOf("b", folder: 2)));
    }

    [Fact]
    public void What_keeps_a_member_from_voting_is_said_by_name_the_worst_first()
    {
        var bench = ElectionBench.FirstStart();
        bench.Election.StoreHealth(healthy: false, bench.Now);
        Assert.EndsWith("not met yet: b, c", bench.Election.Problem, StringComparison.Ordinal);
        var earlier = ElectionBench.GreetingOf("abc", instead: new MemberLife("a", ElectionBench.StoreOf("a", folder: 2)));
        foreach (var id in new[] { "b", "c" }) bench.Answers(id, earlier);
        Assert.StartsWith("b, c knew this member by another data folder", bench.Election.Problem, StringComparison.Ordinal);
        bench.Answers("b", ElectionBench.GreetingOf("abx"));
        Assert.StartsWith("the data of b is of a group of a, b, x, this member's of a, b, c", bench.Election.Problem, StringComparison.Ordinal);
        foreach (var id in new[] { "b", "c" }) bench.Answers(id, ElectionBench.GreetingOf("abc"));
        Assert.StartsWith("the disk stalls", bench.Election.Problem, StringComparison.Ordinal);
        bench.Election.StoreHealth(healthy: true, bench.Now);
        Assert.Null(bench.Election.Problem);
    }
}
