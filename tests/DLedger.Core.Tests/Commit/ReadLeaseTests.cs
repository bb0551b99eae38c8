using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>When a leader may answer a read without asking anybody.</summary>
public sealed class ReadLeaseTests
{
    private static readonly TimeSpan Ten = TimeSpan.FromSeconds(10);

    private readonly ReadLease _lease = new();
    private readonly CommitRule _commits = new(Membership.Of(["a"]), firstOfTerm: I(5), committed: I(4));

    [Fact]
    public void Safety_79_there_is_no_lease_before_the_elector_says_so_nor_at_its_end()
    {
        _commits.Acked("a", I(6));
        Assert.False(_lease.TryPosition(_commits, TimeSpan.Zero, out _));
        _lease.Until(Ten);
        Assert.True(_lease.TryPosition(_commits, Ten - TimeSpan.FromTicks(1), out var position));
        Assert.Equal(I(6), position);
        Assert.False(_lease.TryPosition(_commits, Ten, out _));
    }

    [Fact]
    public void Safety_79_before_a_batch_of_this_term_is_committed_a_lease_proves_nothing()
    {
        _lease.Until(Ten);
        Assert.False(_lease.TryPosition(_commits, TimeSpan.Zero, out _));
        _commits.Acked("a", I(5));
        Assert.True(_lease.TryPosition(_commits, TimeSpan.Zero, out _));
    }

    [Fact]
    public void Safety_79_the_last_word_of_the_elector_counts_also_when_it_takes_a_lease_back()
    {
        _lease.Until(Ten);
        _lease.Until(TimeSpan.MinValue);
        Assert.False(_lease.IsHeld(TimeSpan.Zero));
    }

    [Fact]
    public void Safety_80_a_lease_that_is_given_up_does_not_come_back()
    {
        _lease.Until(Ten);
        _lease.GiveUp();
        Assert.False(_lease.IsHeld(TimeSpan.Zero));
        _lease.Until(Ten * 2);
        Assert.False(_lease.IsHeld(Ten));
    }
}
