using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Owner;

/// <summary>Fence, roles, and who is heard.</summary>
public sealed class LogOwnerTests
{
    [Fact]
    public void Safety_02_a_fence_is_answered_with_the_last_batch_given_to_the_log()
    {
        var bench = new OwnerBench(saved: 1, Batches(1, 1));
        bench.Owner.Fence(T(2));
        Assert.Equal(["following nobody in 2", "fenced at 2, tail (2, term 1), set n0, n1, n2"], bench.Done());
    }

    [Fact]
    public void Safety_02_a_leader_that_is_fenced_rejects_what_is_in_no_batch_before_it_says_that_it_follows()
    {
        var bench = new OwnerBench().Leading(1);
        bench.Append("one");
        bench.Done();
        bench.Owner.Fence(T(2));
        Assert.Equal(["reject one: NotLeader", "following nobody in 2", "fenced at 2, tail (1, term 1), set n0, n1, n2"], bench.Done());
        bench.Owner.CloseBatch(T(1), TimeSpan.Zero);
        Assert.Empty(bench.Done());
        Assert.Equal(AppendVerdict.NotLeader, bench.Append("two"));
    }

    [Fact]
    public void Safety_02_what_is_below_the_fence_neither_leads_nor_follows()
    {
        var bench = new OwnerBench().Following(3, null);
        bench.Lead(2);
        bench.Owner.Follow(T(2), "n0");
        bench.Owner.Fence(T(2));
        Assert.Equal(["fenced at 2, tail (0, term 0), set n0, n1, n2"], bench.Done());
        Assert.Null(bench.Owner.Leader);
    }

    [Fact]
    public void A_term_is_fenced_before_it_is_led_or_followed()
    {
        var bench = new OwnerBench().Following(3, null);
        Assert.Throws<InvariantBrokenException>(() => bench.Lead(4));
        Assert.Throws<InvariantBrokenException>(() => bench.Owner.Follow(T(4), "n0"));
        bench.Lead(3);
        Assert.Throws<InvariantBrokenException>(() => bench.Lead(3));
    }

    [Fact]
    public void Safety_02_a_push_below_the_fence_is_refused_with_the_term_of_the_fence()
    {
        var bench = new OwnerBench(saved: 3, Batches(1)).Following(3, "n2");
        bench.Owner.Push("n0", T(2), 7, At(1, 1), I(0), []);
        Assert.Equal(["refuse round 0 in 3 to n0, tail (1, term 1)"], bench.Done());
    }

    [Fact]
    public void Safety_03_the_fence_starts_at_the_saved_term()
    {
        var bench = new OwnerBench(saved: 5, Batches(1));
        bench.Owner.Push("n0", T(4), 1, At(1, 1), I(0), []);
        Assert.Equal(["refuse round 0 in 5 to n0, tail (1, term 1)"], bench.Done());
    }

    [Fact]
    public void Safety_04_a_higher_term_is_passed_on_once_and_nothing_of_it_is_taken()
    {
        var bench = new OwnerBench().Following(2, "n0");
        bench.Owner.Push("n2", T(3), 1, At(0, 0), I(0), Batches(3));
        bench.Owner.Compare("n2", T(3), 1, At(0, 0), []);
        bench.Owner.Push("n2", T(4), 1, At(0, 0), I(0), Batches(3));
        Assert.Equal(["higher term 3", "higher term 4"], bench.Done());
        Assert.Equal(Tail.Empty, bench.Owner.Tail);
    }

    [Fact]
    public void A_term_that_nobody_can_have_reached_is_dropped()
    {
        var bench = new OwnerBench().Following(2, "n0");
        bench.Owner.Install("n2", new Term(Term.LeapMax + 3), 1, new LogBase(new Tail(I(4), T(3), new EntryIndex(4))));
        Assert.Equal([$"drop a Install of n2: nobody can have reached term {Term.LeapMax + 3} from 2"], bench.Done());
    }

    [Fact]
    public void Raft_5_2_of_two_who_push_in_one_term_the_leader_alone_is_heard()
    {
        var bench = new OwnerBench().Following(2, "n0");
        bench.Owner.Push("n2", T(2), 1, At(0, 0), I(0), []);
        Assert.Equal(["drop a Push of n2: n0 leads term 2"], bench.Done());
        bench.Leading(3).Owner.Truncate("n2", T(3), 1, At(0, 0), At(1, 3));
        Assert.Equal(["drop a Truncate of n2: n1 leads term 3"], bench.Done());
    }

    [Fact]
    public void Raft_5_2_until_the_leader_is_known_whoever_pushes_may_be_it()
    {
        var bench = new OwnerBench().Following(2, null);
        bench.Owner.Push("n2", T(2), 1, At(0, 0), I(0), []);
        Assert.Equal(["committed 0", "ack 0 in 2 to n2"], bench.Done());
    }

    [Fact]
    public void Safety_14_the_new_leader_is_announced_before_its_no_op()
    {
        var bench = new OwnerBench(saved: 1, Batches(1, 1));
        bench.Owner.Fence(T(2));
        bench.Done();
        bench.Lead(2);
        Assert.Equal(["leading in 2 from 3, trusting n0", "appended NoOp (3, term 2)", "handed (3, term 2)"], bench.Done());
        Assert.Equal("n1", bench.Owner.Leader);
    }

    [Fact]
    public void Safety_14_what_was_learned_of_commits_while_leading_holds_afterwards()
    {
        var bench = new OwnerBench(saved: 1, Batches(1, 1)).Leading(2);
        bench.Owner.CommitAdvanced(T(1), I(2));
        Assert.Equal(I(0), bench.Owner.Committed);
        bench.Owner.CommitAdvanced(T(2), I(2));
        Assert.Equal(I(2), bench.Owner.Committed);
        bench.Following(3, "n0").Owner.CommitAdvanced(T(2), I(3));
        Assert.Equal(I(3), bench.Owner.Committed);
    }

    [Fact]
    public void Retention_takes_nothing_that_is_not_committed_and_applied()
    {
        var bench = new OwnerBench(saved: 1, Batches(1, 1, 1)).Leading(2);
        bench.Owner.CommitAdvanced(T(2), I(3));
        bench.Owner.Retain(applied: I(2));
        Assert.Equal(I(2), bench.Writer.Retained);
        bench.Owner.Retain(applied: I(4));
        Assert.Equal(I(3), bench.Writer.Retained);
        Assert.Equal(LogBase.Empty, bench.Writer.Base);
        bench.Writer.Proposed = new Tail(I(2), T(1), new EntryIndex(2));
        bench.Done();
        bench.Owner.Retain(applied: I(4));
        // Dispatchers hear of it in the same turn: what stood before can't be read any more, on disk or not.
        Assert.Equal(["base moved to (2, term 1, next entry 2)"], bench.Done());
        Assert.Equal(new LogBase(new Tail(I(2), T(1), new EntryIndex(2))), bench.Writer.Base);
    }

    [Fact]
    public void A_checkpoint_is_as_of_the_tail()
    {
        var bench = new OwnerBench(saved: 1, Batches(1, 1));
        bench.Owner.KeepCheckpoint();
        Assert.Equal(new LogBase(bench.Owner.Tail), bench.Writer.Checkpoint);
    }

    [Fact]
    public void Safety_24_a_stalled_disk_is_not_healthy_until_it_comes_back()
    {
        var bench = new OwnerBench();
        bench.Owner.Stalled(true);
        bench.Owner.Stalled(false);
        Assert.Equal(["not healthy", "healthy"], bench.Done());
    }

    [Fact]
    public void Safety_27_a_leader_without_room_for_its_no_op_is_not_healthy_until_there_is_some()
    {
        var bench = new OwnerBench();
        bench.Writer.Outcomes.Enqueue(WriteOutcome.DiskFull);
        bench.Owner.Fence(T(1));
        bench.Done();
        bench.Lead(1);
        Assert.Equal(["leading in 1 from 1, trusting n0", "not healthy"], bench.Done());
        bench.Writer.FreeBytes = 0;
        bench.Writer.Outcomes.Enqueue(WriteOutcome.DiskFull);
        bench.Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Equal(["not healthy"], bench.Done());
        bench.Writer.FreeBytes = 100;
        bench.Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Equal(["healthy", "appended NoOp (1, term 1)", "handed (1, term 1)"], bench.Done());
    }
}
