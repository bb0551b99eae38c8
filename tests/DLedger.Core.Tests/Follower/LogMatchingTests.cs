using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Follower;

/// <summary>What a follower accepts, verifies, and takes for committed.</summary>
public sealed class LogMatchingTests
{
    [Fact]
    public void Raft_5_3_a_push_whose_previous_batch_does_not_match_is_refused()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        Assert.IsType<PushVerdict.DoesNotFit>(matching.Judge(T(3), At(3, 1), []));
        Assert.IsType<PushVerdict.DoesNotFit>(matching.Judge(T(3), At(4, 2), []));
        Assert.Equal(new PushVerdict.Fits(0), matching.Judge(T(3), At(3, 2), []));
    }

    [Fact]
    public void Raft_5_3_a_conflicting_batch_and_all_that_follow_are_replaced()
    {
        var matching = new LogMatching(Terms(1, 1, 2, 2), Commit(I(1)));
        var log = Batches(1, 1, 3, 3);
        Assert.Equal(new PushVerdict.Fits(1), matching.Judge(T(3), At(1, 1), log[1..]));
    }

    [Fact]
    public void Raft_5_3_what_is_committed_is_never_replaced()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(3)));
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(3), At(2, 1), Batches(1, 1, 3)[2..]));
    }

    [Fact]
    public void Raft_5_3_what_was_verified_against_this_leader_is_never_replaced_by_it()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        matching.Verify(I(3));
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(3), At(2, 1), Batches(1, 1, 3)[2..]));
    }

    [Fact]
    public void A_truncation_that_does_not_follow_from_the_last_comparison_cuts_nothing()
    {
        var matching = new LogMatching(Terms(1, 1, 2, 2), Commit(I(0)));
        Assert.False(matching.MayTruncate(7, At(2, 1), At(4, 2)));
        Assert.Equal(At(2, 1), matching.Compare(7, At(0, 0), [new TermRun(T(1), I(1), I(2)), new TermRun(T(3), I(3), I(3))]));
        Assert.True(matching.MayTruncate(7, At(2, 1), At(4, 2)));
        Assert.False(matching.MayTruncate(8, At(2, 1), At(4, 2)));
        Assert.False(matching.MayTruncate(7, At(3, 2), At(4, 2)));
        matching.EnterTerm();
        Assert.False(matching.MayTruncate(7, At(2, 1), At(4, 2)));
    }

    [Fact]
    public void An_install_that_does_not_follow_from_a_comparison_is_not_expected()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        var behind = new Tail(I(10), T(3), new EntryIndex(10));
        Assert.False(matching.IsExpected(T(4), behind));
        matching.Compare(1, At(10, 3), [new TermRun(T(4), I(11), I(12))]);
        Assert.True(matching.IsExpected(T(4), behind));
        Assert.False(matching.IsExpected(T(4), behind with { Index = I(9) }));
        Assert.False(matching.IsExpected(T(4), behind with { Term = T(2) }));
        Assert.False(matching.IsExpected(T(4), behind with { Index = I(11), Term = T(5) }));
        Assert.False(matching.IsExpected(T(4), behind with { Index = I(1L << 60) }));
        matching.Compare(2, At(0, 0), [new TermRun(T(1), I(1), I(2))]);
        Assert.False(matching.IsExpected(T(4), new Tail(I(2), T(1), new EntryIndex(2))));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(3, 2, true)]
    [InlineData(0, 2, false)] // nothing stands before the first batch
    [InlineData(3, 0, false)]
    [InlineData(3, 9, false)] // above the term of its leader
    public void A_base_that_no_leader_has_is_no_log(long index, long term, bool isLog) =>
        Assert.Equal(isLog, LogMatching.IsLog(T(5), At(index, term), []));

    [Theory]
    [InlineData(2, 4, 6, 4, 7, 8, true)]
    [InlineData(2, 4, 3, 4, 7, 8, false)] // ends before it begins
    [InlineData(2, 4, 6, 2, 7, 8, false)] // two runs of a term
    [InlineData(4, 4, 6, 2, 7, 8, false)] // terms that fall
    [InlineData(2, 4, 6, 4, 8, 9, false)] // a gap
    [InlineData(2, 4, 6, 9, 7, 8, false)] // above the term of its leader
    [InlineData(2, 2, 6, 4, 7, 8, false)] // at its base
    [InlineData(1, 4, 6, 4, 7, 8, false)] // of a term before its base
    public void Runs_that_no_leader_has_are_no_log(long term1, long first1, long last1, long term2, long first2, long last2, bool isLog) =>
        Assert.Equal(
            isLog, LogMatching.IsLog(T(5), At(3, 2), [new TermRun(T(term1), I(first1), I(last1)), new TermRun(T(term2), I(first2), I(last2))]));

    [Fact]
    public void A_conflict_below_the_tail_is_compared_first()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        Assert.IsType<PushVerdict.DoesNotFit>(matching.Judge(T(3), At(2, 1), Batches(1, 1, 3)[2..]));
    }

    [Fact]
    public void Raft_5_3_the_commit_position_never_goes_back()
    {
        var commit = Commit(I(0));
        var matching = new LogMatching(Terms(1, 1, 2), commit);
        matching.Verify(I(3));
        Assert.True(matching.CommitSent(I(2)));
        Assert.False(matching.CommitSent(I(1)));
        matching.EnterTerm();
        commit.Raise(I(1));
        Assert.Equal(I(2), commit.Value);
    }

    [Fact]
    public void Safety_08_what_is_held_is_skipped_and_a_resent_batch_supersedes_nothing()
    {
        var matching = new LogMatching(Terms(1, 1, 2, 2), Commit(I(0)));
        var log = Batches(1, 1, 2, 2, 2);
        Assert.Equal(new PushVerdict.Fits(3), matching.Judge(T(2), At(0, 0), log[..3]));
        Assert.Equal(new PushVerdict.Fits(3), matching.Judge(T(2), At(1, 1), log[1..]));
    }

    [Fact]
    public void Safety_09_nothing_is_verified_in_a_new_term()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        Assert.Equal(I(0), matching.Acked(I(3)));
        matching.Verify(I(3));
        Assert.Equal(I(3), matching.Acked(I(3)));
        matching.EnterTerm();
        Assert.Equal(I(0), matching.Acked(I(3)));
    }

    [Fact]
    public void Safety_09_an_ack_is_the_lower_of_flushed_and_verified()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(0)));
        matching.Compare(At(0, 0), [new TermRun(T(1), I(1), I(2))]);
        Assert.Equal(I(2), matching.Acked(I(3)));
        Assert.Equal(I(1), matching.Acked(I(1)));
    }

    [Fact]
    public void Safety_10_the_commit_position_waits_for_what_is_verified()
    {
        var commit = Commit(I(0));
        var matching = new LogMatching(Terms(1, 1, 2), commit);
        Assert.False(matching.CommitSent(I(3)));
        Assert.Equal(I(0), commit.Value);
        matching.Verify(I(2));
        Assert.Equal(I(2), commit.Value);
        matching.Verify(I(3));
        Assert.Equal(I(3), commit.Value);
    }

    [Fact]
    public void Safety_10_a_commit_position_of_an_earlier_term_is_forgotten()
    {
        var commit = Commit(I(0));
        var matching = new LogMatching(Terms(1, 1, 2), commit);
        matching.CommitSent(I(3));
        matching.EnterTerm();
        matching.Verify(I(3));
        Assert.Equal(I(0), commit.Value);
    }

    [Theory]
    [InlineData(2, 1, 4, 2, true)]
    [InlineData(2, 1, 3, 2, false)] // the tail is not what the follower reported
    [InlineData(2, 1, 4, 3, false)]
    [InlineData(2, 2, 4, 2, false)] // what is to stay is not there
    [InlineData(4, 2, 4, 2, false)] // nothing to cut
    [InlineData(1, 1, 4, 2, false)] // below what is verified
    public void Safety_11_only_what_the_follower_reported_is_cut_and_nothing_verified(long keep, long keepTerm, long last, long lastTerm, bool may)
    {
        var matching = new LogMatching(Terms(1, 1, 2, 2), Commit(I(0)));
        matching.Verify(I(2));
        Assert.Equal(may, matching.MayTruncate(At(keep, keepTerm), At(last, lastTerm)));
    }

    [Fact]
    public void Safety_11_nothing_committed_is_cut()
    {
        var matching = new LogMatching(Terms(1, 1, 2, 2), Commit(I(3)));
        Assert.False(matching.MayTruncate(At(2, 1), At(4, 2)));
        Assert.True(matching.MayTruncate(At(3, 2), At(4, 2)));
    }

    [Fact]
    public void Safety_12_a_push_with_a_gap_a_wrong_previous_term_or_a_batch_above_its_term_is_malformed()
    {
        var matching = new LogMatching(Terms(1), Commit(I(0)));
        var log = Batches(1, 1, 2);
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(2), At(1, 1), log[2..]));
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(2), At(1, 1), [log[1], Batches(2, 2, 2)[2]]));
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(1), At(1, 1), log[1..]));
        Assert.IsType<PushVerdict.Fits>(matching.Judge(T(2), At(1, 1), log[1..]));
    }

    [Fact]
    public void Safety_12_a_push_whose_entry_numbers_leave_a_gap_is_malformed()
    {
        var matching = new LogMatching(Terms(1), Commit(I(0)));
        var first = Batches(1)[0];
        var second = OneEntry(first.Tail, 1);
        var third = OneEntry(second.Tail with { NextEntry = new EntryIndex(7) }, 1);
        Assert.IsType<PushVerdict.Malformed>(matching.Judge(T(1), At(1, 1), [second, third]));
    }

    [Fact]
    public void Safety_14_what_was_learned_as_leader_holds_if_it_is_larger()
    {
        var commit = Commit(I(1));
        var matching = new LogMatching(Terms(1, 1, 2), commit);
        commit.Raise(I(3));
        Assert.Equal(I(3), commit.Value);
    }

    [Fact]
    public void An_install_is_taken_only_for_a_base_that_is_new_here()
    {
        var matching = new LogMatching(Terms(1, 1, 2), Commit(I(2)));
        Assert.False(matching.NeedsInstall(At(3, 2)));
        Assert.False(matching.NeedsInstall(At(2, 2)));
        Assert.True(matching.NeedsInstall(At(3, 3)));
        Assert.True(matching.NeedsInstall(At(9, 3)));
    }

    [Fact]
    public void What_was_installed_is_committed_and_verified()
    {
        var terms = Terms(1, 1);
        var commit = Commit(I(0));
        var matching = new LogMatching(terms, commit);
        terms.Reset(At(9, 3));
        matching.Installed(I(9));
        Assert.Equal((I(9), I(9)), (commit.Value, matching.Verified));
    }

    [Fact]
    public void A_base_that_stands_before_runs_left_out_of_the_question_is_no_match()
    {
        // The leader's newest runs are unknown here, but the logs agree further back than these: the start of both logs is not the answer.
        var matching = new LogMatching(Terms(1, 1, 1), Commit(I(0)));
        Assert.Null(matching.Compare(LogPoint.Origin, [new TermRun(T(7), I(4), I(8))]));
        Assert.Equal(I(0), matching.Verified);
        Assert.Equal(At(3, 1), matching.Compare(LogPoint.Origin, [new TermRun(T(1), I(1), I(3))]));
    }

    [Fact]
    public void Logs_with_nothing_in_common_agree_at_the_base_only()
    {
        var matching = new LogMatching(Terms(2, 2), Commit(I(0)));
        Assert.Equal(LogPoint.Origin, matching.Compare(LogPoint.Origin, [new TermRun(T(1), I(1), I(3))]));
        Assert.Null(new LogMatching(Terms(2, 2), Commit(I(0))).Compare(At(5, 1), [new TermRun(T(3), I(6), I(9))]));
    }

    [Fact]
    public void A_leader_without_batches_agrees_at_its_base()
    {
        Assert.Equal(At(0, 0), new LogMatching(Terms(2, 2), Commit(I(0))).Compare(At(0, 0), []));
        Assert.Equal(At(2, 2), new LogMatching(Terms(2, 2), Commit(I(0))).Compare(At(2, 2), []));
        Assert.Null(new LogMatching(Terms(2, 2), Commit(I(0))).Compare(At(2, 3), []));
    }

    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(4, 2, true)] // the first of the leader's run
    [InlineData(6, 2, true)] // its last
    [InlineData(7, 2, false)]
    [InlineData(5, 1, false)] // of another term
    public void A_log_that_begins_within_a_run_of_the_leader_agrees_there(long index, long term, bool agrees)
    {
        var matching = new LogMatching(new TermTable(At(index, term)), Commit(I(0)));
        Assert.Equal(agrees ? At(index, term) : null, matching.Compare(At(3, 9), [new TermRun(T(2), I(4), I(6))]));
    }

    [Fact]
    public void Compare_finds_the_longest_common_prefix_of_any_two_logs_that_obey_log_matching()
    {
        TwoLogs.Any.Sample(logs =>
        {
            var leader = logs.LeaderTable;
            var matching = new LogMatching(logs.FollowerTable, Commit(I(0)));
            var match = matching.Compare(leader.Base, leader.Runs);
            return match == logs.LongestCommonPrefix && matching.Verified == (match?.Index ?? I(0));
        }, iter: 20_000);
    }

    private static CommitPosition Commit(LogIndex committed) => new(committed);
}
