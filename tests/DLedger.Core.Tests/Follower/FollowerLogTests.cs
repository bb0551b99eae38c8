using DLedger.Core.Tests.Owner;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Follower;

/// <summary>What a follower writes, when it acks, and what waits for a flush.</summary>
public sealed class FollowerLogTests
{
    private readonly OwnerBench _bench = new OwnerBench(saved: 1, Batches(1, 1)).Following(2, "n0");

    [Fact]
    public void Safety_09_a_push_is_acked_once_it_is_on_disk()
    {
        Push(At(2, 1), 1, Batches(1, 1, 2)[2..]);
        Assert.Equal(["committed 1"], _bench.Done());
        _bench.Flush();
        Assert.Equal(["ack 3 in 2 to n0"], _bench.Done());
    }

    [Fact]
    public void Safety_08_what_is_held_already_is_not_written_again()
    {
        _bench.Flush();
        _bench.Done();
        Push(At(0, 0), 0, Batches(1, 1, 2));
        Assert.Equal(3, _bench.Writer.Batches.Count);
        Assert.Equal(new WalAddress(30), _bench.Writer.End);
    }

    [Fact]
    public void Safety_13_a_push_that_needs_no_flush_is_acked_at_once()
    {
        _bench.Flush();
        _bench.Done();
        Push(At(2, 1), 2);
        Assert.Equal(["committed 2", "ack 2 in 2 to n0"], _bench.Done());
    }

    [Fact]
    public void Safety_13_a_push_of_what_is_held_is_acked_at_once_as_far_as_it_is_verified()
    {
        Push(At(0, 0), 0, Batches(1));
        Assert.Equal(["committed 0", "ack 1 in 2 to n0"], _bench.Done());
    }

    [Fact]
    public void Safety_09_what_was_verified_against_the_leader_before_is_not_acked_to_the_next()
    {
        Push(At(2, 1), 0, Batches(1, 1, 2)[2..]);
        _bench.Following(3, "n2").Flush();
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void A_push_that_does_not_fit_is_refused()
    {
        Push(At(4, 1), 0);
        Assert.Equal(["refuse round 7 in 2 to n0, tail (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void A_push_that_no_leader_sends_is_dropped()
    {
        Push(At(2, 1), 0, Batches(1, 1, 1, 2)[3..]);
        Assert.StartsWith("drop a Push of n0: ", Assert.Single(_bench.Done()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_the_store_cannot_hold_is_dropped()
    {
        _bench.Writer.MaxBatchBytes = 10;
        Push(At(2, 1), 0, Batches(1, 1, 2)[2..]);
        Assert.Contains("this store takes 10", Assert.Single(_bench.Done()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_does_not_go_on_with_the_next_entry_is_dropped()
    {
        Push(At(2, 1), 0, OneEntry(new Tail(I(2), T(1), new EntryIndex(7)), 2));
        Assert.EndsWith("does not go on with entry 2, or goes back in time", Assert.Single(_bench.Done()), StringComparison.Ordinal);
    }

    [Fact]
    public void Safety_75_a_batch_that_goes_back_in_time_is_dropped()
    {
        var third = Batch.Control(BatchKind.NoOp, _bench.Owner.Tail, T(2), new LogTime(9));
        Push(At(2, 1), 0, third);
        _bench.Done();
        Push(third.Point, 0, Batch.Control(BatchKind.NoOp, third.Tail with { Time = LogTime.Zero }, T(2)));
        Assert.EndsWith("or goes back in time", Assert.Single(_bench.Done()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_push_that_finds_no_room_counts_as_far_as_it_got_and_is_asked_for_again_at_the_next_flush()
    {
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.Accepted);
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.BufferFull);
        Push(At(2, 1), 0, Batches(1, 1, 2, 2)[2..]);
        Assert.Equal(["committed 0"], _bench.Done());
        _bench.Flush();
        Assert.Equal(["ack 3 in 2 to n0", "refuse round 7 in 2 to n0, tail (3, term 2)"], _bench.Done());
    }

    [Fact]
    public void A_push_that_found_no_room_is_asked_for_again_when_there_is_some_but_not_in_a_later_term()
    {
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.DiskFull);
        Push(At(2, 1), 0, Batches(1, 1, 2)[2..]);
        _bench.Done();
        _bench.Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Equal(["refuse round 7 in 2 to n0, tail (2, term 1)"], _bench.Done());
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.DiskFull);
        Push(At(2, 1), 0, Batches(1, 1, 2)[2..]);
        _bench.Following(3, "n0").Owner.SpaceChanged(TimeSpan.Zero);
        Assert.Empty(_bench.Done());
    }

    [Fact]
    public void Safety_10_a_comparison_may_show_that_more_is_committed()
    {
        Push(At(2, 1), 1);
        _bench.Done();
        _bench.Owner.Compare("n0", T(2), 8, At(0, 0), [new TermRun(T(1), I(1), I(2))]);
        Assert.Equal(["committed 1", "compared round 8 in 2 to n0: match (2, term 1), base (0, term 0), tail (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void A_comparison_with_what_is_no_log_is_dropped()
    {
        _bench.Owner.Compare("n0", T(2), 8, At(0, 0), [new TermRun(T(3), I(1), I(2))]);
        Assert.Equal(["drop a Compare of n0: no log looks like that"], _bench.Done());
    }

    [Fact]
    public void Safety_11_what_the_comparison_named_is_cut()
    {
        Differ();
        _bench.Owner.Truncate("n0", T(2), 8, At(1, 1), At(2, 1));
        Assert.Equal(["truncated round 8 in 2 to n0: True, tail (1, term 1)"], _bench.Done());
        _bench.Flush();
        Assert.Equal(I(1), _bench.Owner.Flushed);
    }

    [Fact]
    public void Safety_11_nothing_is_cut_for_another_round_or_before_the_leader_is_known()
    {
        Differ();
        _bench.Owner.Truncate("n0", T(2), 9, At(1, 1), At(2, 1));
        Assert.Equal(["truncated round 9 in 2 to n0: False, tail (2, term 1)"], _bench.Done());
        _bench.Owner.Follow(T(2), null);
        _bench.Done();
        _bench.Owner.Truncate("n0", T(2), 8, At(1, 1), At(2, 1));
        Assert.Equal(["truncated round 8 in 2 to n0: False, tail (2, term 1)"], _bench.Done());
    }

    [Fact]
    public void Safety_25_an_install_is_answered_once_it_is_on_disk_and_nothing_else_is_taken_before()
    {
        var behind = OfferInstall();
        _bench.Owner.Install("n0", T(2), 9, behind);
        Push(At(10, 2), 10);
        Assert.Empty(_bench.Done());
        _bench.Flush();
        Assert.Equal(["committed 10", "installed round 9 in 2 to n0: (10, term 2)"], _bench.Done());
        Push(At(10, 2), 10);
        Assert.Equal(["committed 10", "ack 10 in 2 to n0"], _bench.Done());
    }

    [Fact]
    public void An_install_whose_term_is_over_when_it_is_on_disk_is_not_answered_but_holds()
    {
        _bench.Owner.Install("n0", T(2), 9, OfferInstall());
        _bench.Following(3, "n2").Flush();
        Assert.Equal(["committed 10"], _bench.Done());
        Assert.Equal(I(10), _bench.Owner.Committed);
    }

    [Fact]
    public void An_install_that_does_not_follow_from_a_comparison_gives_up_no_log()
    {
        _bench.Owner.Install("n0", T(2), 9, new LogBase(new Tail(I(10), T(2), new EntryIndex(10))));
        Assert.Equal(
            ["drop a Install of n0: it does not follow from a comparison with this log", "installed round 9 in 2 to n0: (10, term 2)"],
            _bench.Done());
        Assert.Equal(At(2, 1), _bench.Owner.Tail.Point);
    }

    [Fact]
    public void An_install_that_finds_no_room_is_offered_again()
    {
        var behind = OfferInstall();
        _bench.Writer.Outcomes.Enqueue(WriteOutcome.BufferFull);
        _bench.Owner.Install("n0", T(2), 9, behind);
        Assert.Empty(_bench.Done());
        _bench.Owner.Install("n0", T(2), 9, behind);
        _bench.Flush();
        Assert.Equal(["committed 10", "installed round 9 in 2 to n0: (10, term 2)"], _bench.Done());
    }

    private void Push(LogPoint previous, long committed, params Batch[] batches) => _bench.Owner.Push("n0", T(2), 7, previous, I(committed), batches);

    /// <summary>The leader has only the first of our batches.</summary>
    private void Differ()
    {
        _bench.Owner.Compare("n0", T(2), 8, At(0, 0), [new TermRun(T(1), I(1), I(1)), new TermRun(T(2), I(2), I(2))]);
        _bench.Done();
    }

    /// <summary>The leader's log begins behind what is ours.</summary>
    private LogBase OfferInstall()
    {
        _bench.Owner.Compare("n0", T(2), 8, At(10, 2), []);
        _bench.Done();
        return new LogBase(new Tail(I(10), T(2), new EntryIndex(10)));
    }
}
