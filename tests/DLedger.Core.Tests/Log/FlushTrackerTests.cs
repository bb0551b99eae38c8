using CsCheck;
using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Log;

/// <summary>From addresses in the write-ahead log to the last live batch that is on disk.</summary>
public sealed class FlushTrackerTests
{
    [Fact]
    public void Safety_19_a_batch_is_flushed_once_it_ends_at_or_below_the_flushed_address()
    {
        var tracker = new FlushTracker(I(3));
        tracker.Written(I(4), A(100));
        tracker.Written(I(5), A(200));
        Assert.False(tracker.FlushCompleted(A(99)));
        Assert.True(tracker.FlushCompleted(A(199)));
        Assert.Equal((I(4), 1), (tracker.Flushed, tracker.Pending));
        Assert.True(tracker.FlushCompleted(A(200)));
        Assert.Equal((I(5), 0, A(200)), (tracker.Flushed, tracker.Pending, tracker.FlushedTo));
    }

    [Fact]
    public void Safety_19_a_completion_for_a_superseded_batch_flushes_nothing()
    {
        var tracker = new FlushTracker(I(3));
        tracker.Written(I(4), A(100));
        tracker.Written(I(5), A(200));
        tracker.Written(I(4), A(300));
        Assert.False(tracker.FlushCompleted(A(200)));
        Assert.Equal(I(3), tracker.Flushed);
        tracker.FlushCompleted(A(300));
        Assert.Equal(I(4), tracker.Flushed);
    }

    [Fact]
    public void A_supersede_takes_back_what_was_flushed_of_the_old_batches()
    {
        var tracker = new FlushTracker(I(9));
        tracker.Written(I(7), A(100));
        Assert.Equal(I(6), tracker.Flushed);
        tracker.TruncatedAfter(I(2));
        Assert.Equal((I(2), 0), (tracker.Flushed, tracker.Pending));
    }

    [Fact]
    public void A_log_that_was_reset_goes_on_behind_its_new_base()
    {
        var tracker = new FlushTracker(I(3));
        tracker.Written(I(4), A(100));
        tracker.Reset(I(50));
        Assert.Equal((I(50), 0), (tracker.Flushed, tracker.Pending));
        tracker.Written(I(51), A(300));
        tracker.FlushCompleted(A(300));
        Assert.Equal(I(51), tracker.Flushed);
    }

    [Fact]
    public void Addresses_that_go_back_are_a_broken_invariant()
    {
        var tracker = new FlushTracker(I(3));
        tracker.FlushCompleted(A(100));
        Assert.Throws<InvariantBrokenException>(() => tracker.FlushCompleted(A(99)));
    }

    [Fact]
    public void It_agrees_with_a_list_of_live_batches_and_where_they_end()
    {
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 100]).Array[0, 60].Sample(
            steps =>
            {
                var tracker = new FlushTracker(I(0));
                List<long> ends = []; // of batch 1, 2, ...
                long end = 0, flushedTo = 0;
                foreach (var (kind, number) in steps)
                {
                    if (kind <= 5)
                    {
                        var index = kind == 0 ? number * ends.Count / 101 : ends.Count;
                        ends.RemoveRange(index, ends.Count - index);
                        ends.Add(end += 10);
                        tracker.Written(I(index + 1), A(end));
                    }
                    else if (kind == 6)
                    {
                        var keep = number * (ends.Count + 1) / 101;
                        ends.RemoveRange(keep, ends.Count - keep);
                        tracker.TruncatedAfter(I(keep));
                    }
                    else
                    {
                        flushedTo += (end - flushedTo) * number / 100;
                        tracker.FlushCompleted(A(flushedTo));
                    }

                    Assert.Equal(I(ends.TakeWhile(it => it <= flushedTo).Count()), tracker.Flushed);
                }
            },
            iter: 5_000);
    }

    private static WalAddress A(long address) => new(address);
}
