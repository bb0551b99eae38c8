using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>What has to be applied before a read is served.</summary>
public sealed class AppliedReadsTests
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(1);

    private readonly AppliedReads<string> _reads = new();

    [Fact]
    public void Safety_77_a_read_is_served_once_its_position_is_applied()
    {
        _reads.Add("seven", new ReadPoint(I(7)), Late);
        _reads.Add("five", new ReadPoint(I(5)), Late);
        Assert.Empty(Served(I(4)));
        Assert.Equal(["five"], Served(I(6)));
        Assert.Equal(["seven"], Served(I(7)));
        Assert.Equal(0, _reads.Count);
    }

    [Fact]
    public void Safety_77_a_read_that_wants_an_entry_is_served_once_that_is_applied_whatever_batch_it_is_in()
    {
        _reads.Add("entry 3", new ReadPoint(LogIndex.None, new EntryIndex(3)), Late);
        Assert.True(_reads.WaitsForEntries);
        Assert.Empty(Served(I(100), next: 3));
        Assert.Equal(["entry 3"], Served(I(2), next: 4));
        Assert.False(_reads.WaitsForEntries);
    }

    [Fact]
    public void A_read_waits_no_longer_than_its_deadline()
    {
        _reads.Add("one", new ReadPoint(I(5)), TimeSpan.FromSeconds(1));
        _reads.Add("two", new ReadPoint(I(4)), TimeSpan.FromSeconds(2));
        _reads.Add("three", new ReadPoint(LogIndex.None, new EntryIndex(9)), TimeSpan.FromSeconds(2));
        Assert.Empty(_reads.TakeExpired(TimeSpan.FromSeconds(0.9)));
        Assert.Equal(["one"], _reads.TakeExpired(TimeSpan.FromSeconds(1)));
        Assert.Equal(["two", "three"], _reads.TakeAll());
        Assert.Empty(Served(I(9), next: 99));
    }

    [Fact]
    public void A_point_is_reached_by_its_batch_or_by_its_entry()
    {
        Assert.True(default(ReadPoint).IsReached(LogIndex.None, EntryIndex.Zero));
        Assert.False(new ReadPoint(I(5)).IsReached(I(4), new EntryIndex(99)));
        Assert.True(new ReadPoint(I(5)).IsReached(I(5), EntryIndex.Zero));
        Assert.False(new ReadPoint(LogIndex.None, new EntryIndex(3)).IsReached(I(99), new EntryIndex(3)));
        Assert.True(new ReadPoint(LogIndex.None, new EntryIndex(3)).IsReached(I(1), new EntryIndex(4)));
    }

    private List<string> Served(LogIndex applied, long next = 0)
    {
        List<string> served = [];
        while (_reads.TryTake(applied, new EntryIndex(next), out var read)) served.Add(read);
        return served;
    }
}
