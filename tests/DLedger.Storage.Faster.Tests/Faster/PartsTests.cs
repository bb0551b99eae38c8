using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>The index, the checkpoint and the cache by themselves.</summary>
public sealed class PartsTests
{
    [Fact]
    public void The_index_finds_the_last_point_at_or_below()
    {
        var index = new SparseIndex();
        for (var i = 0; i < 5000; i++) index.Add(new IndexPoint(i * 10, i * 100, i * 1000, 0));
        Assert.Equal(-1, index.LastAtOrBelow(-1));
        Assert.Equal(7, index.LastAtOrBelow(79));
        Assert.Equal(8, index.LastAtOrBelow(80));
        Assert.Equal(4999, index.LastAtOrBelow(long.MaxValue));
        Assert.Equal(3, index.LastByEntry(399));
        Assert.Equal(3, index.FirstAtOrAboveAddress(2001));
        Assert.Equal(5000, index.FirstAtOrAboveAddress(long.MaxValue));
    }

    [Fact]
    public void Safety_22_a_supersede_drops_the_points_at_and_above_it()
    {
        var index = new SparseIndex();
        for (var i = 0; i < 5000; i++) index.Add(new IndexPoint(i * 10, i, i, 0));
        index.DropFrom(25_001);
        Assert.Equal(2501, index.Count);
        index.DropFrom(25_000);
        Assert.Equal(2500, index.Count);
        index.DropBelow(20_000);
        Assert.Equal(500, index.Count);
        Assert.Equal(20_000, index[0].LogIndex);
        index.Add(new IndexPoint(24_995, 1, 9999, 0));
        Assert.Equal(501, index.Count);
        Assert.Equal(9999, index[^1].Address);
        index.DropFrom(0);
        Assert.Equal(0, index.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024)]
    [InlineData(3000)]
    public void A_snapshot_of_the_index_stays_what_it_was_whatever_happens_to_either(int count)
    {
        var index = new SparseIndex();
        for (var i = 0; i < count; i++) index.Add(new IndexPoint(i, i, i, 0));
        var snapshot = index.Snapshot();
        var other = index.Snapshot();

        // Each goes back to within a full block, and on with points of its own.
        index.DropFrom(500);
        for (var i = index.Count; i < 4000; i++) index.Add(new IndexPoint(i, i, -1, 0));
        other.DropBelow(300);
        for (var i = count; i < 5000; i++) other.Add(new IndexPoint(i, i, -2, 0));
        index.DropBelow(2000);

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), snapshot.All().Select(point => point.Address));
        Assert.DoesNotContain(index.All(), point => point.Address == -2);
        Assert.DoesNotContain(other.All(), point => point.Address == -1);
        Assert.Equal(Math.Max(0, count - 300), other.All().Count(point => point.Address >= 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(100_000)]
    public void A_checkpoint_is_read_as_it_was_written_takes_little_memory_and_is_none_until_its_header_is_there(int points)
    {
        var index = new SparseIndex();
        for (var i = 0; i < points; i++) index.Add(new IndexPoint(i, 10L * i, 1000L * i, 0));
        index.DropBelow(5);
        var tail = new Tail(new LogIndex(7), new Term(2), new EntryIndex(70));
        var written = new Checkpoint(
            new WalEnd(9000, 8000, 77), 3, [(5, 6)], new GroupBase(new LogBase(Tail.Empty, new byte[] { 1 }), 512, 4, 600), tail, PointDue: true,
            new LogBase(tail, new byte[] { 2, 3 }),
            [new TermRun(new Term(2), new LogIndex(0), new LogIndex(7))], index);
        using var folder = new TestFolder();
        var files = new OsStoreFiles(folder.Folder);
        using (var file = files.Open("checkpoint-0", create: true))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            written.WriteTo(file);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        }

        var bytes = File.ReadAllBytes(files.PathOf("checkpoint-0"));
        var read = Checkpoint.TryDecode(bytes)!;
        Assert.Equal(written with { Points = read.Points, Terms = read.Terms, Closed = read.Closed }, read);
        Assert.Equal(written.Terms, read.Terms);
        Assert.Equal(written.Closed, read.Closed);
        Assert.Equal(index.All(), read.Points.All());

        // Over an older one, cut short before its header: neither the old nor the new.
        Assert.Null(Checkpoint.TryDecode((byte[])[.. new byte[16], .. bytes[16..]]));
    }

    [Fact]
    public void The_cache_never_lets_go_of_what_is_not_flushed()
    {
        var cache = new BatchCache(bytesMax: 0);
        var tail = Tail.Empty;
        for (var i = 1; i <= 200; i++)
        {
            var batch = OpenLog.BatchAfter(tail, 1, 10);
            cache.Add(batch, i * 100, flushedTo: 0);
            tail = batch.Tail;
        }

        Assert.Equal(new LogIndex(1), cache.First);
        cache.Evict(150 * 100);
        Assert.Equal(new LogIndex(151), cache.First);
        Assert.Equal(new LogIndex(160), cache.Find(new EntryIndex(159))!.Index);
        Assert.Null(cache.Find(new EntryIndex(149)));
        cache.DropFrom(new LogIndex(155));
        Assert.False(cache.TryGet(new LogIndex(155), out _));
        cache.Evict(long.MaxValue);
        Assert.True(cache.IsEmpty);
    }
}
