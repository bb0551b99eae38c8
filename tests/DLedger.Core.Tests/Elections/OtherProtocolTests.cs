using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Members of two versions of DLedger, each seen from its own end.</summary>
public sealed class OtherProtocolTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void A_hello_in_another_version_is_refused_and_the_member_asked_by_ourselves(int ours, int theirs)
    {
        var bench = Met(ours);
        bench.Election.HelloArrived("b", 17, bench.Now, theirs);
        Assert.Equal([$"b: only version {ours}"], bench.Did());
        Assert.Equal(["b"], bench.Greeted);
        // It may have come from anybody, so it changes nothing.
        Assert.Null(bench.Election.Problem);
        Assert.True(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void A_member_that_answers_our_question_with_another_version_does_not_count_and_one_line_says_why(int ours, int theirs)
    {
        var bench = Met(ours);
        bench.Election.HelloRefused("b", bench.Nonce, theirs, bench.Now);
        Assert.Equal(
            $"b speaks version {theirs} of the protocol, this member version {ours}: they don't count for each other; "
            + "run one version of DLedger on all members",
            bench.Election.Problem);
        Assert.Single(bench.Noted());
        Assert.False(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
        Assert.False(bench.Standings["b"].Counts(ElectionBench.StoreOf("b")));
        Assert.True(bench.Election.IsTrusted("c", ElectionBench.StoreOf("c")));

        // Said once; asked again and again, because it may be brought up to date.
        bench.Election.HelloRefused("b", bench.Nonce, theirs, bench.Now);
        Assert.Empty(bench.Noted());
        bench.Greeted.Clear();
        bench.Run(1_000);
        bench.Forget();
        Assert.Contains("b", bench.Greeted);
    }

    [Fact]
    public void It_counts_again_as_soon_as_it_answers_in_our_version()
    {
        var bench = Met(2);
        bench.Election.HelloRefused("b", bench.Nonce, 3, bench.Now);
        bench.Answers("b", ElectionBench.GreetingOf("abc"));
        Assert.Null(bench.Election.Problem);
        Assert.True(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
    }

    [Fact]
    public void Nobody_shuts_out_a_member_by_a_refusal_that_answers_no_question_or_names_our_own_version()
    {
        var bench = Met(2);
        bench.Election.HelloRefused("b", bench.Nonce + 1, 3, bench.Now);
        bench.Election.HelloRefused("b", bench.Nonce, 2, bench.Now);
        bench.Election.HelloRefused("x", bench.Nonce, 3, bench.Now);
        bench.Election.HelloArrived("x", 1, bench.Now, 3);
        Assert.Empty(bench.Did());
        Assert.Null(bench.Election.Problem);
        Assert.True(bench.Election.IsTrusted("b", ElectionBench.StoreOf("b")));
    }

    /// <summary>A member in a group where everybody has met.</summary>
    private static ElectionBench Met(int protocol)
    {
        var bench = new ElectionBench(ElectionBench.OnDisk(4), protocol: protocol);
        bench.Election.Start();
        bench.Election.Fenced(new Term(4), ElectionBench.DefaultTail, bench.Members);
        foreach (var id in new[] { "b", "c" }) bench.Answers(id, ElectionBench.GreetingOf("abc"));
        bench.Pass(100);
        bench.Forget();
        bench.Noted();
        bench.Greeted.Clear();
        return bench;
    }
}
