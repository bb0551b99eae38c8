using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>The list of members that a folder was founded with, and exchanging it.</summary>
public sealed class FoundersTests
{
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    [Fact]
    public void A_new_folder_is_founded_with_todays_members_before_it_says_a_word()
    {
        var bench = new ElectionBench(HardState.Initial);
        bench.Election.Start();
        bench.Run(100);
        bench.Election.HelloArrived("b", 1, bench.Now);
        Assert.Equal(["save 0 voted none"], bench.Did());
        Assert.Equal(["a", "b", "c"], bench.Saving!.Founders);
        bench.Election.Saved();
        Assert.Equal(["b: hello", "c: hello", "fence 0"], bench.Did());
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("bc", "abc")]
    [InlineData("x", "ax")]
    public void A_folder_of_before_belongs_to_whom_it_knows_and_never_to_todays_peers(string known, string founders)
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4, peers: known) with { Founders = null });
        bench.Election.Start();
        bench.Forget();
        Assert.Equal(ElectionBench.Listed(founders), bench.Saving!.Founders);
        Assert.Equal(ElectionBench.OnDisk(4, peers: known).Peers, bench.Saving.Peers);
    }

    [Theory]
    [InlineData("a", "bc")] // one becomes three
    [InlineData("abc", "")] // three become one
    [InlineData("abc", "bd")] // one is exchanged
    [InlineData("abc", "bcde")] // two come
    [InlineData("xbc", "bc")] // another name
    public void A_member_with_another_list_than_its_own_takes_no_part_and_says_so(string founders, string peers)
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4, peers: peers) with { Founders = ElectionBench.Listed(founders) }, peers);
        bench.Election.Start();
        bench.Fenced(new Term(4), Tail);
        foreach (var id in bench.Peers) bench.Answers(id, ElectionBench.GreetingOf("a" + peers));
        bench.Forget();
        bench.Run(5_000);
        Assert.All(bench.Did(), effect => Assert.EndsWith("hello", effect, StringComparison.Ordinal));
        Assert.Equal((Role.Follower, new Term(4)), (bench.Election.Role, bench.Election.Term));
        Assert.All(bench.Peers, id => Assert.False(bench.Election.IsTrusted(id, ElectionBench.StoreOf(id))));
        Assert.Contains(
            $"is of a group of {string.Join(", ", founders.Order())}, but its peers are {string.Join(", ", ("a" + peers).Order())}",
            bench.Election.Problem, StringComparison.Ordinal);
        Assert.Contains("--accept-new-peers", bench.Election.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_never_forms_with_a_member_of_another_one()
    {
        // b and c are new, a is not: what a says is neither a confirmation nor a vote.
        var bench = new ElectionBench(HardState.Initial);
        bench.Election.Start();
        bench.Election.Saved();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Answers("b", ElectionBench.GreetingOf("b", known: "abc"));
        bench.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false));
        bench.Election.Saved();
        bench.Run(5_000);
        Assert.DoesNotContain(bench.Did(), effect => effect.Contains("vote?", StringComparison.Ordinal));
        Assert.False(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
        Assert.StartsWith("the data of b is of a group of b, this member's of a, b, c", bench.Election.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void One_becomes_three_and_only_it_can_lead_until_the_others_have_what_it_has()
    {
        var one = Accepting("a", "bc", Tail);
        foreach (var id in new[] { "b", "c" }) one.Answers(id, ElectionBench.GreetingOf("abc", isFounded: false, known: id));
        RunUntilIdle(one, Tail);
        Assert.Equal((Tail, 3), (one.Saving!.Floor, one.Saving.Founders!.Count));
        foreach (var id in new[] { "b", "c" }) one.Answers(id, ElectionBench.GreetingOf("abc", isFounded: false));
        RunUntilIdle(one, Tail);
        Assert.Null(one.Election.Problem);

        var newcomer = ElectionBench.FirstStart();
        foreach (var known in new[] { "bc", "abc" })
        {
            newcomer.Answers("b", ElectionBench.GreetingOf("abc", isFounded: false, known: known, floor: Tail));
            newcomer.Answers("c", ElectionBench.GreetingOf("abc", isFounded: false, known: known));
            RunUntilIdle(newcomer, LogPoint.Origin);
        }

        Assert.Equal(Tail, newcomer.Saving!.Floor);
        newcomer.Election.VoteRequested("c", new Term(5), LogPoint.Origin, transfer: false, newcomer.Now);
        Assert.Contains("c: vote 5 refused in 5", RunUntilIdle(newcomer, LogPoint.Origin));
        newcomer.Election.VoteRequested("b", new Term(6), Tail, transfer: false, newcomer.Now);
        Assert.Contains("b: vote 6 granted in 6", RunUntilIdle(newcomer, LogPoint.Origin));
        newcomer.Run(3_000, () => newcomer.TailIs(LogPoint.Origin));
        Assert.DoesNotContain(newcomer.Did(), effect => effect.Contains("vote?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("abc", false, "", 10, "not started with the same peers")]
    [InlineData("abc", false, "abd", 10, "ok")]
    [InlineData("abd", false, "", 10, "ok")] // it has done it already
    [InlineData("abc", false, "abe", 10, "not started with the same peers")]
    [InlineData("abc", false, "abd", 9, "the log of b ends at (9, term 4)")]
    [InlineData("abcd", false, "abd", 10, "b was founded with a, b, c, d")]
    [InlineData("abc", true, "abd", 10, "another data folder")]
    public void A_list_is_exchanged_once_those_who_stay_accept_it_and_have_the_same_log(
        string founders, bool wiped, string accepts, long tail, string outcome)
    {
        var bench = Accepting("abc", "bd", Tail);
        bench.Answers("d", ElectionBench.GreetingOf("abd", isFounded: false, known: "d"));
        Assert.Contains("b has not answered yet", bench.Election.Problem, StringComparison.Ordinal);
        bench.Answers(
            "b", ElectionBench.GreetingOf(founders, accepts: accepts, tail: new LogPoint(new LogIndex(tail), new Term(4))),
            folder: wiped ? (byte)2 : (byte)1);
        bench.Forget();
        if (outcome == "ok")
        {
            Assert.Equal(["a", "b", "d"], bench.Saving!.Founders);
            Assert.All(bench.Saving.Peers, peer => Assert.False(peer.ConfirmedUs));
        }
        else
        {
            Assert.Contains(outcome, bench.Election.Problem, StringComparison.Ordinal);
            Assert.NotEqual(["a", "b", "d"], bench.Saving?.Founders ?? []);
        }
    }

    [Fact]
    public void A_newcomer_with_a_log_is_a_group_of_its_own()
    {
        var bench = Accepting("a", "b", Tail);
        bench.Answers("b", ElectionBench.GreetingOf("ab", isFounded: false, tail: new LogPoint(new LogIndex(1), new Term(1))));
        Assert.Contains("b has a log already", bench.Election.Problem, StringComparison.Ordinal);
        bench.Answers("b", ElectionBench.GreetingOf("b", known: "b"));
        Assert.Contains("b was founded with b", bench.Election.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_leaves_is_no_quorum_of_the_old_list()
    {
        var bench = Accepting("abc", "", Tail);
        bench.Run(1_000);
        Assert.Contains("b, c leave at once", bench.Election.Problem, StringComparison.Ordinal);
        Assert.Equal(Role.Follower, bench.Election.Role);
        Assert.Null(bench.Saving);
    }

    [Fact]
    public void A_first_start_with_a_wrong_list_is_put_right_by_accepting()
    {
        var bench = new ElectionBench(HardState.Initial with { Founders = ElectionBench.Listed("ab") }, "bc", accepts: true);
        bench.Election.Start();
        bench.Fenced(Term.None, LogPoint.Origin);
        bench.Forget();
        Assert.Equal(["a", "b", "c"], bench.Saving!.Founders);
    }

    [Fact]
    public void That_there_is_no_leader_is_said_after_a_few_elections_and_who_is_silent()
    {
        var bench = ElectionBench.Follower(peers: "bcde");
        Assert.Null(bench.Election.Problem);
        bench.Run(2_000);
        bench.Answers("b", ElectionBench.GreetingOf("abcde"));
        bench.Run(1_000);
        Assert.Equal("no leader: no quorum is reachable: c, d, e silent for 4 s", bench.Election.Problem);
        bench.Answers("c", ElectionBench.GreetingOf("abcde"));
        Assert.StartsWith("no leader for ", bench.Election.Problem, StringComparison.Ordinal);
        bench.Election.HeartbeatArrived("b", new Term(9), 1, bench.Now);
        bench.Election.Saved();
        bench.Fenced(new Term(9), Tail);
        Assert.Null(bench.Election.Problem);
    }

    [Theory]
    [InlineData((1L << 32) + 5)]
    [InlineData((1L << 60) + 1)]
    [InlineData(long.MaxValue / 2)]
    public void A_term_out_of_all_proportion_is_dropped_whoever_brings_it(long term)
    {
        var far = new Term(term);
        (string Word, Action<Election, TimeSpan> Say)[] words =
        [
            ("higher term", (it, _) => it.HigherTermSeen(far)),
            ("heartbeat", (it, now) => it.HeartbeatArrived("b", far, 1, now)),
            ("heartbeat reply", (it, now) => it.HeartbeatReplied("b", far, 1, healthy: true, now)),
            ("vote request", (it, now) => it.VoteRequested("b", far, LogPoint.Origin, transfer: true, now)),
            ("vote reply", (it, now) => it.VoteReplied("b", far, far, granted: true, now)),
            ("pre-vote request", (it, now) => it.PreVoteRequested("b", far, LogPoint.Origin, now)),
            ("pre-vote reply", (it, now) => it.PreVoteReplied("b", far, far, granted: true, now)),
        ];
        foreach (var (word, say) in words)
        {
            var bench = ElectionBench.Follower();
            say(bench.Election, bench.Now);
            Assert.True(bench.Did().Length == 0, word);
            Assert.Single(bench.Dropped);
            // A vote that waits behind nothing: the next one is judged.
            bench.Election.VoteRequested("c", new Term(5), Tail, transfer: false, bench.Now);
            Assert.Equal(["save 5 voted none"], bench.Did());
        }
    }

    [Fact]
    public void An_answer_to_a_heartbeat_of_the_future_confirms_no_read()
    {
        var bench = ElectionBench.Leader();
        bench.Election.HeartbeatReplied("b", new Term(5), long.MaxValue, healthy: true, bench.Now);
        Assert.Single(bench.Dropped);
        bench.Election.ConfirmLeadership(new Term(5), 1, bench.Now);
        Assert.DoesNotContain(bench.Did(), effect => effect.StartsWith("confirmed", StringComparison.Ordinal));
    }

    /// <summary>Disk and log answer until nothing is asked of them; what was done meanwhile.</summary>
    private static List<string> RunUntilIdle(ElectionBench bench, LogPoint tail)
    {
        var did = new List<string>();
        while (bench.Did() is { Length: > 0 } lines)
        {
            did.AddRange(lines);
            if (lines.Any(line => line.StartsWith("save", StringComparison.Ordinal))) bench.Election.Saved();
            if (lines.Any(line => line.StartsWith("fence", StringComparison.Ordinal))) bench.Fenced(bench.Election.Term, tail);
        }

        return did;
    }

    private static ElectionBench Accepting(string founders, string peers, LogPoint tail)
    {
        var before = ElectionBench.OnDisk(4, peers: founders.Replace("a", "", StringComparison.Ordinal));
        var bench = new ElectionBench(before, peers, accepts: true);
        bench.Election.Start();
        bench.Fenced(new Term(4), tail);
        bench.Forget();
        return bench;
    }
}
