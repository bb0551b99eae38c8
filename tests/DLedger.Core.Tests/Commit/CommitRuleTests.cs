using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>When a batch is committed.</summary>
public sealed class CommitRuleTests
{
    private static readonly string[] Three = ["a", "b", "c"];

    [Fact]
    public void Raft_5_3_a_batch_is_committed_once_a_majority_has_it()
    {
        var rule = new CommitRule(Membership.Of(Three), firstOfTerm: I(1), committed: I(0));
        Assert.False(rule.Acked("a", I(3)));
        Assert.True(rule.Acked("c", I(2)));
        Assert.Equal(I(2), rule.Committed);
        Assert.True(rule.Acked("b", I(3)));
        Assert.Equal(I(3), rule.Committed);
    }

    [Fact]
    public void Raft_5_3_the_leaders_own_disk_is_just_one_of_them()
    {
        var rule = new CommitRule(Membership.Of(Three), I(1), I(0));
        rule.Acked("b", I(5));
        Assert.True(rule.Acked("c", I(5)));
        Assert.Equal(I(5), rule.Committed);
    }

    [Fact]
    public void Raft_5_4_2_a_batch_of_an_earlier_term_is_never_committed_by_counting_replicas()
    {
        var rule = new CommitRule(Membership.Of(Three), firstOfTerm: I(6), committed: I(2));
        rule.Acked("a", I(6));
        rule.Acked("b", I(5));
        Assert.False(rule.Acked("c", I(5)));
        Assert.Equal(I(2), rule.Committed);
        Assert.False(rule.OwnTermCommitted);
    }

    [Fact]
    public void Raft_5_4_2_a_batch_of_the_current_term_commits_all_before_it()
    {
        var rule = new CommitRule(Membership.Of(Three), firstOfTerm: I(6), committed: I(2));
        rule.Acked("a", I(6));
        Assert.True(rule.Acked("b", I(6)));
        Assert.Equal(I(6), rule.Committed);
        Assert.True(rule.OwnTermCommitted);
    }

    [Fact]
    public void Safety_15_a_group_of_one_commits_what_it_has_flushed()
    {
        var rule = new CommitRule(Membership.Of(["a"]), I(4), I(0));
        Assert.False(rule.Acked("a", I(3)));
        Assert.True(rule.Acked("a", I(4)));
        Assert.Equal(I(4), rule.Committed);
    }

    [Fact]
    public void Acks_that_come_late_twice_or_from_strangers_change_nothing()
    {
        var rule = new CommitRule(Membership.Of(Three), I(1), I(0));
        rule.Acked("a", I(3));
        rule.Acked("b", I(3));
        Assert.False(rule.Acked("b", I(3)));
        Assert.False(rule.Acked("b", I(1)));
        Assert.False(rule.Acked("x", I(9)));
        Assert.Equal((I(3), I(0)), (rule.Committed, rule.FlushedBy("x")));
    }

    [Fact]
    public void What_each_voter_has_on_disk_is_known()
    {
        var rule = new CommitRule(Membership.Of(Three), firstOfTerm: I(9), committed: I(0));
        rule.Acked("a", I(3));
        rule.Acked("b", I(2));
        Assert.Equal([I(3), I(2), I(0)], Three.Select(rule.FlushedBy));
    }

    [Fact]
    public void Who_is_to_take_over_has_caught_up_once_all_is_committed_and_on_its_own_disk()
    {
        var rule = new CommitRule(Membership.Of(Three), firstOfTerm: I(1), committed: I(0));
        rule.AwaitCaughtUp("c", I(3));
        rule.Acked("c", I(3));
        Assert.False(rule.TryTakeCaughtUp(out _));
        rule.Acked("a", I(3));
        Assert.True(rule.TryTakeCaughtUp(out var member));
        Assert.Equal("c", member);
        Assert.False(rule.TryTakeCaughtUp(out _));
    }

    [Fact]
    public void Who_lacks_what_others_have_committed_is_waited_for_until_nobody_asks_any_more()
    {
        var rule = new CommitRule(Membership.Of(Three), I(1), I(0));
        rule.AwaitCaughtUp("c", I(3));
        rule.Acked("a", I(3));
        rule.Acked("b", I(3));
        rule.Acked("c", I(1));
        Assert.False(rule.TryTakeCaughtUp(out _));
        Assert.Equal((0, 2, 3), (rule.LagOf("a"), rule.LagOf("c"), rule.LagOf("x")));
        rule.StopAwaiting();
        rule.Acked("c", I(3));
        Assert.False(rule.TryTakeCaughtUp(out _));
    }

    [Fact]
    public void Safety_33_in_a_joint_set_both_halves_must_have_it()
    {
        var rule = new CommitRule(
            new Membership([Life("a"), Life("b"), Life("c")], outgoing: [Life("a"), Life("d"), Life("e")], learners: [Life("f")]), I(1), I(0));
        rule.Acked("f", I(9));
        rule.Acked("a", I(4));
        Assert.False(rule.Acked("b", I(3)));
        Assert.True(rule.Acked("d", I(2)));
        Assert.Equal(I(2), rule.Committed);
        static MemberLife Life(string id) => new(id, Guid.Empty);
    }

    [Fact]
    public void An_ack_allocates_nothing()
    {
        var rule = new CommitRule(Membership.Of(Three), I(1), I(0));
        rule.Acked("a", I(1));
        rule.Acked("b", I(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 2; i < 100; i++)
        {
            rule.Acked("a", I(i));
            rule.Acked("b", I(i));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(I(99), rule.Committed);
    }

    [Fact]
    public void Safety_15_it_agrees_with_the_definition_for_any_acks()
    {
        var gen = Gen.Select(Gen.Int[1, 7], Gen.Int[1, 12], Gen.Int[0, 12], Gen.Select(Gen.Int[0, 7], Gen.Long[0, 15]).Array[0, 40]);
        gen.Sample(
            (members, firstOfTerm, before, acks) =>
            {
                string[] voters = [.. Enumerable.Range(0, members).Select(i => $"n{i}")];
                var flushed = new long[members];
                var committed = (long)Math.Min(before, firstOfTerm - 1);
                var rule = new CommitRule(Membership.Of(voters), I(firstOfTerm), I(committed));
                foreach (var (voter, upTo) in acks)
                {
                    if (voter < members) flushed[voter] = Math.Max(flushed[voter], upTo);
                    // The definition: the highest batch of this term that more than half have, and all before it.
                    var moved = false;
                    for (var index = 15L; index >= firstOfTerm; index--)
                    {
                        if (flushed.Count(it => it >= index) * 2 <= members) continue;
                        moved = index > committed;
                        committed = Math.Max(committed, index);
                        break;
                    }

                    Assert.Equal(moved, rule.Acked($"n{voter}", I(upTo)));
                    Assert.Equal(I(committed), rule.Committed);
                }
            },
            iter: 5_000);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    public void Any_two_quorums_share_a_member(int members, int quorum)
    {
        Assert.Equal(quorum, Quorum.Of(members));
        Assert.True(quorum * 2 > members);
    }
}
