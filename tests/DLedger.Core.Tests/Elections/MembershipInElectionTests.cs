using Xunit;

namespace DLedger.Core.Tests.Elections;

/// <summary>Who is asked and who counts is a matter of the set that came with the tail (SAFETY 33, 37).</summary>
public sealed class MembershipInElectionTests
{
    private static readonly Term Four = new(4);
    private static readonly Term Five = new(5);
    private static readonly LogPoint Tail = ElectionBench.DefaultTail;

    /// <summary>a, b and c make way for c, d and e; f learns.</summary>
    private static readonly Membership Joint = new(Lives("cde"), Lives("abc"), Lives("f"));

    [Fact]
    public void Safety_37_a_candidate_asks_and_counts_by_the_set_of_its_fence()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Forget();
        bench.Election.Fenced(Five, Tail, ElectionBench.MembersOf("abcde"));
        Assert.Equal(["b", "c", "d", "e"], Asked(bench));
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Candidate, bench.Election.Role);
        bench.Election.VoteReplied("e", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void Safety_37_a_set_that_is_heard_of_after_the_fence_is_not_the_candidates()
    {
        var bench = ElectionBench.Candidate();
        bench.Election.TailReported(Tail, ElectionBench.MembersOf("abcde"), bench.Now);
        bench.Election.VoteReplied("d", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Candidate, bench.Election.Role);
        bench.Election.VoteReplied("b", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Fact]
    public void Safety_37_a_pre_candidate_asks_and_counts_by_the_set_that_came_with_the_tail()
    {
        var bench = ElectionBench.Follower();
        bench.TimeOut();
        bench.Forget();
        bench.Election.TailReported(Tail, ElectionBench.MembersOf("abcde"), bench.Now);
        Assert.Equal(["b", "c", "d", "e"], Asked(bench));
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        Assert.Empty(bench.Did());
        bench.Election.PreVoteReplied("d", Four, Five, granted: true, bench.Now);
        Assert.Equal(["save 5 voted a"], bench.Did());
    }

    [Fact]
    public void Safety_33_a_joint_set_elects_by_a_majority_of_each_half_and_learners_are_not_asked()
    {
        var bench = ElectionBench.PreCandidate();
        bench.Election.PreVoteReplied("b", Four, Five, granted: true, bench.Now);
        bench.Election.Saved();
        bench.Forget();
        bench.Election.Fenced(Five, Tail, Joint);
        Assert.Equal(["b", "c", "d", "e"], Asked(bench));
        foreach (var id in new[] { "b", "d", "f" }) bench.Election.VoteReplied(id, Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Candidate, bench.Election.Role);
        bench.Election.VoteReplied("c", Five, Five, granted: true, bench.Now);
        Assert.Equal(Role.Leader, bench.Election.Role);
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("abcde", false)]
    public void Safety_33_check_quorum_and_rounds_go_by_the_set_that_was_told_last(string ids, bool isQuorum)
    {
        var bench = ElectionBench.Leader();
        bench.Election.TailReported(Tail, ElectionBench.MembersOf(ids), bench.Now);
        bench.Election.ConfirmLeadership(Five, 7, bench.Now);
        bench.Run(1_000, () =>
        {
            bench.LogAnswers();
            bench.Answers("b");
        });
        Assert.Equal(isQuorum, bench.Did().Contains("confirmed 7 in 5"));
        Assert.Equal(isQuorum, bench.Election.Role == Role.Leader);
    }

    private static IEnumerable<MemberLife> Lives(string ids) => ids.Select(id => new MemberLife(id.ToString(), Guid.Empty));

    private static string[] Asked(ElectionBench bench) =>
        [.. bench.Did().Where(line => line.Contains("vote? ", StringComparison.Ordinal)).Select(line => line[..1])];
}
