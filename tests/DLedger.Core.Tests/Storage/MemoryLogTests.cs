using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Storage;

/// <summary>A group's log in memory, to the byte: a batch of one entry of 32 bytes takes 100.</summary>
public sealed class MemoryLogTests : IDisposable
{
    private const int Body = 32;
    private const int Bytes = 100;

    private readonly StoreNews _news = new();
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var it in _open) it.Dispose();
    }

    [Fact]
    public void A_log_is_its_batches_behind_its_base()
    {
        var log = Filled(1, 1, 2);
        Assert.Equal((At(0, 0), At(3, 2)), (log.Writer.Base.Point, log.Writer.Tail.Point));
        Assert.Equal([At(0, 0), At(1, 1), At(2, 1), At(3, 2)], Enumerable.Range(0, 4).Select(i => log.Reader.PointAt(I(i))!.Value));
        Assert.Null(log.Reader.PointAt(I(4)));
        Assert.Null(log.Reader.PointAt(I(-1)));
        Assert.Equal(Terms(1, 1, 2).Runs, log.Writer.Terms.Runs);
    }

    [Fact]
    public void A_log_behind_another_base_knows_nothing_before_it()
    {
        var log = Filled(1, 1);
        var logBase = new Tail(I(10), T(3), new EntryIndex(70));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryReset(new LogBase(logBase), out _));
        Assert.Equal((logBase, logBase, At(10, 3)), (log.Writer.Base.Tail, log.Writer.Tail, log.Writer.Terms.Last));
        Append(log, 4);
        Append(log, 4);
        Assert.Equal([null, At(10, 3), At(11, 4), At(12, 4), null], Enumerable.Range(9, 5).Select(i => log.Reader.PointAt(I(i))));
        Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(I(10), 1_000, []));
        Assert.Equal([11, 12], Read(log, 11));
        Assert.Equal([12], Read(log, 12));
        Assert.Equal(ReadOutcome.AboveTail, log.Reader.Read(I(13), 1_000, []));
        Assert.Equal([null, I(11), I(12), null], Enumerable.Range(69, 4).Select(entry => log.Reader.Find(new EntryIndex(entry))));
    }

    [Fact]
    public void A_read_takes_batches_up_to_its_bytes_and_one_at_least()
    {
        var log = Filled(1, 1, 1);
        Assert.Equal([1], Read(log, 1, bytesMax: 0));
        Assert.Equal([1], Read(log, 1, bytesMax: (2 * Bytes) - 1));
        Assert.Equal([1, 2], Read(log, 1, bytesMax: 2 * Bytes));
        Assert.Equal([2], Read(log, 2, bytesMax: Bytes));
        Assert.Equal([3], Read(log, 3, bytesMax: 10_000));
    }

    [Fact]
    public void An_entry_is_found_in_its_batch_and_never_in_a_control_record()
    {
        var log = Open();
        Put(log, Batch.Control(BatchKind.NoOp, Tail.Empty, T(1)));
        Put(log, Batch.Entries(log.Writer.Tail, T(1), [new byte[1], new byte[1], new byte[1]]));
        Put(log, Batch.Control(BatchKind.NoOp, log.Writer.Tail, T(2)));
        Append(log, 2);
        Put(log, Batch.Control(BatchKind.NoOp, log.Writer.Tail, T(3)));
        Assert.Equal([I(2), I(2), I(2), I(4), null], Enumerable.Range(0, 5).Select(entry => log.Reader.Find(new EntryIndex(entry))));
    }

    [Fact]
    public void Safety_22_a_batch_at_or_below_the_tail_supersedes_the_rest()
    {
        var log = Filled(1, 1, 1, 1);
        var third = HundredByteBatches(1, 1, 2)[2];
        Put(log, third);
        Assert.Equal((third.Tail, At(3, 2)), (log.Writer.Tail, log.Writer.Terms.Last));
        Assert.Equal([At(2, 1), At(3, 2), null], Enumerable.Range(2, 3).Select(i => log.Reader.PointAt(I(i))));
        Put(log, HundredByteBatches(3)[0]);
        Assert.Equal([1], Read(log, 1));
        Assert.Equal(At(1, 3), log.Writer.Terms.Last);
    }

    [Fact]
    public void A_truncate_keeps_what_it_names_and_drops_the_rest()
    {
        var log = Filled(1, 1, 2, 2);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(I(4), out _));
        Assert.Equal(At(4, 2), log.Writer.Tail.Point);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(I(2), out _));
        Assert.Equal((At(2, 1), At(2, 1)), (log.Writer.Tail.Point, log.Writer.Terms.Last));
        Assert.Equal([1, 2], Read(log, 1));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(I(0), out _));
        Assert.Equal(Tail.Empty, log.Writer.Tail);
    }

    [Fact]
    public void What_breaks_the_order_of_the_log_is_a_broken_invariant()
    {
        var log = Filled(1, 1);
        log.Writer.TryReset(new LogBase(new Tail(I(5), T(2), new EntryIndex(5))), out _);
        Append(log, 2);
        var tail = log.Writer.Tail;
        Batch[] wrong =
        [
            OneEntry(new Tail(I(4), T(1), new EntryIndex(4)), 2), // in the place of the base
            OneEntry(tail with { Index = I(7) }, 2), // leaves a gap
            OneEntry(tail with { Term = T(1) }, 2), // behind a batch of another term
            OneEntry(tail with { NextEntry = new EntryIndex(9) }, 2), // leaves a gap in the entries
        ];
        foreach (var batch in wrong) Assert.Throws<InvariantBrokenException>(() => log.Writer.TryAppend(batch, out _));
        Assert.Throws<InvariantBrokenException>(() => log.Writer.TryTruncate(I(4), out _));
        Assert.Throws<InvariantBrokenException>(() => log.Writer.TryTruncate(I(7), out _));
        Assert.Equal(tail, log.Writer.Tail);
    }

    [Fact]
    public void A_batch_above_the_largest_size_is_a_broken_invariant_and_one_of_that_size_is_not()
    {
        var log = Open(batchBytesMax: 2 * Bytes);
        Assert.Equal(2 * Bytes, log.Writer.MaxBatchBytes);
        Put(log, Batch.Entries(Tail.Empty, T(1), [new byte[Body + Bytes]]));
        Assert.Throws<InvariantBrokenException>(
            () => log.Writer.TryAppend(Batch.Entries(log.Writer.Tail, T(1), [new byte[Body + Bytes + 1]]), out _));
    }

    [Fact]
    public void Every_write_takes_its_bytes_in_the_write_ahead_log_and_is_flushed()
    {
        var log = Open();
        log.Writer.TryAppend(HundredByteBatches(1)[0], out var endsAt);
        Assert.Equal((100, endsAt), (endsAt.Value, _news.FlushedTo));
        log.Writer.TryTruncate(I(1), out endsAt);
        Assert.Equal((164, endsAt), (endsAt.Value, _news.FlushedTo));
        log.Writer.TryReset(LogBase.Empty, out endsAt);
        Assert.Equal((228, endsAt), (endsAt.Value, _news.FlushedTo));
    }

    [Fact]
    public void Safety_16_free_is_what_the_live_batches_and_the_reserve_leave()
    {
        var log = Open(bytesMax: 1_600); // a sixteenth of it is the reserve
        Assert.Equal(1_500, log.Writer.FreeBytes);
        for (var i = 0; i < 15; i++)
        {
            Assert.Equal(1_500 - (i * Bytes), log.Writer.FreeBytes);
            Append(log, 1);
        }

        Assert.Equal(0, log.Writer.FreeBytes);
        Assert.Equal(WriteOutcome.DiskFull, log.Writer.TryAppend(Batch.Entries(log.Writer.Tail, T(1), [new byte[Body]]), out _));
        log.Writer.TryTruncate(I(5), out _);
        Assert.Equal(1_000, log.Writer.FreeBytes);
        log.Writer.TryReset(LogBase.Empty, out _);
        Assert.Equal(1_500, log.Writer.FreeBytes);
    }

    [Fact]
    public void Safety_27_the_reserve_is_for_control_records_and_ends_too()
    {
        var log = Open(bytesMax: 1_600);
        for (var i = 0; i < 15; i++) Append(log, 1);
        Put(log, Batch.Control(BatchKind.NoOp, log.Writer.Tail, T(1)));
        Assert.Equal(0, log.Writer.FreeBytes);
        Assert.Equal(WriteOutcome.DiskFull, log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, log.Writer.Tail, T(1)), out _));
    }

    [Fact]
    public void Safety_27_the_reserve_of_a_large_log_is_64_KiB()
    {
        var log = Open(bytesMax: 1 << 30);
        Assert.Equal((1 << 30) - (64 << 10), log.Writer.FreeBytes);
    }

    [Fact]
    public void Space_is_told_once_when_it_is_back_and_only_to_an_owner_that_was_refused()
    {
        var log = Open(bytesMax: 1_600);
        for (var i = 0; i < 15; i++) Append(log, 1);
        log.Writer.TryTruncate(I(14), out _);
        Assert.Equal(0, _news.SpaceChanges);
        Append(log, 1);
        Assert.Equal(WriteOutcome.DiskFull, log.Writer.TryAppend(Batch.Entries(log.Writer.Tail, T(1), [new byte[Body]]), out _));
        log.Writer.TryTruncate(I(15), out _);
        Assert.Equal(0, _news.SpaceChanges); // nothing was freed
        log.Writer.TryTruncate(I(14), out _);
        log.Writer.TryTruncate(I(13), out _);
        Assert.Equal(1, _news.SpaceChanges);
    }

    [Fact]
    public void Safety_25_retention_leaves_its_bytes_and_the_committed_batch()
    {
        var log = Open(retentionBytes: 3 * Bytes);
        for (var i = 0; i < 8; i++) Append(log, 1 + (i / 4));
        Retain(log, I(1));
        Assert.Empty(_news.Bases);
        Retain(log, I(3));
        Assert.Equal([At(2, 1)], _news.Bases.Select(it => it.Point));
        Retain(log, I(3));
        Assert.Single(_news.Bases);
        Retain(log, I(8));
        var logBase = new Tail(I(5), T(2), new EntryIndex(5));
        Assert.Equal((logBase, logBase, logBase.Point), (_news.Bases[^1].Tail, log.Writer.Base.Tail, log.Writer.Terms.Base));
        Assert.Equal([6, 7, 8], Read(log, 6));
        Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(I(5), 1_000, []));
        Assert.Equal([null, I(6), I(8), null], new[] { 4, 5, 7, 8 }.Select(entry => log.Reader.Find(new EntryIndex(entry))));
        Assert.Equal([null, At(5, 2), At(6, 2)], Enumerable.Range(4, 3).Select(i => log.Reader.PointAt(I(i))));
    }

    [Fact]
    public void There_is_nothing_to_take_from_an_empty_log()
    {
        var log = Open(retentionBytes: 1);
        Retain(log, I(0));
        log.Writer.TryReset(new LogBase(new Tail(I(5), T(1), new EntryIndex(5))), out _);
        Retain(log, I(9));
        Assert.Empty(_news.Bases);
    }

    [Fact]
    public void A_log_goes_on_behind_what_retention_took()
    {
        var log = Open(bytesMax: 1_600, retentionBytes: Bytes);
        for (var i = 0; i < 200; i++)
        {
            Append(log, 1);
            // Never to the end, so that some of what is gone still lies in the list.
            Retain(log, I(log.Writer.Tail.Index.Value - (i % 5)));
            Assert.Equal((int)(log.Writer.Tail.Index.Value - log.Writer.Base.Index.Value), Read(log, log.Writer.Base.Index.Value + 1).Length);
            Assert.Equal(1_500 - (Bytes * (log.Writer.Tail.Index.Value - log.Writer.Base.Index.Value)), log.Writer.FreeBytes);
        }

        Put(log, OneEntry(log.Writer.Base.Tail, 2));
        Assert.Equal([log.Writer.Base.Index.Value + 1], Read(log, log.Writer.Base.Index.Value + 1));
        log.Writer.TryTruncate(log.Writer.Base.Index, out _);
        Assert.Equal(log.Writer.Base.Tail, log.Writer.Tail);
    }

    [Fact]
    public void Without_retention_settings_nothing_goes()
    {
        var log = Filled(1, 1, 1);
        Retain(log, I(3));
        Assert.Empty(_news.Bases);
        Assert.Equal(LogBase.Empty, log.Writer.Base);
    }

    [Fact]
    public void A_closed_log_takes_nothing_more_but_can_still_be_read()
    {
        var log = Open(retentionBytes: 1);
        Append(log, 1);
        Append(log, 1);
        var flushed = _news.FlushedTo;
        log.Dispose();
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryAppend(Batch.Entries(log.Writer.Tail, T(1), [new byte[1]]), out _));
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryTruncate(I(0), out _));
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryReset(LogBase.Empty, out _));
        Retain(log, I(2));
        Assert.Throws<ObjectDisposedException>(() => log.HardState.Save(HardState.Initial, _ => { }));
        Assert.Equal((flushed, 0, At(2, 1)), (_news.FlushedTo, _news.Bases.Count, log.Writer.Tail.Point));
        Assert.Equal([1, 2], Read(log, 1));
    }

    [Fact]
    public void A_log_opened_again_goes_on_where_it_was()
    {
        var store = OpenStore(bytesMax: 1_600, retentionBytes: Bytes);
        var before = store.OpenGroup("g", _news);
        for (var i = 0; i < 5; i++) Append(before, 1);
        Retain(before, I(3));
        before.Dispose();

        var news = new StoreNews();
        var log = store.OpenGroup("g", news);
        Assert.Equal((2, 5, 1_200L), (log.Writer.Base.Index.Value, log.Writer.Tail.Index.Value, log.Writer.FreeBytes));
        Assert.Equal([3, 4, 5], Read(log, 3));
        log.Writer.TryAppend(Batch.Entries(log.Writer.Tail, T(1), [new byte[Body]]), out var endsAt);
        Assert.Equal((600, endsAt), (endsAt.Value, news.FlushedTo));
        Assert.Equal(500, _news.FlushedTo.Value);
    }

    [Fact]
    public void Safety_25_a_base_is_moved_to_batches_of_this_log_only()
    {
        var log = Filled(1, 1, 1);
        foreach (var wrong in new[] { log.Writer.Base.Tail, log.Writer.Tail with { Term = T(2) }, log.Writer.Tail with { Index = I(4) } })
            Assert.Throws<InvariantBrokenException>(() => log.Writer.MoveBase(new LogBase(wrong)));
        var newBase = new LogBase(log.Writer.Tail, new byte[] { 4, 2 });
        log.Writer.MoveBase(newBase);
        Assert.Equal((newBase, newBase.Tail, newBase.Tail), (log.Writer.Base, log.Writer.Tail, log.Reader.Base));
        Assert.Equal([newBase], _news.Bases);
    }

    [Fact]
    public void A_checkpoint_is_found_by_the_next_owner_as_long_as_its_batch_is_in_the_log()
    {
        var store = OpenStore();
        var log = store.OpenGroup("g", _news);
        Append(log, 1);
        Append(log, 1);
        var kept = new LogBase(log.Writer.Tail, new byte[] { 1 });
        log.Writer.KeepCheckpoint(kept);
        Append(log, 1);
        Assert.Throws<InvariantBrokenException>(() => log.Writer.KeepCheckpoint(kept));
        log.Dispose();
        log = store.OpenGroup("g", _news);
        Assert.Equal(kept, log.FoundCheckpoint);
        log.Writer.TryTruncate(I(1), out _);
        log.Dispose();
        Assert.Null(store.OpenGroup("g", _news).FoundCheckpoint);
    }

    private static void Retain(IGroupLog log, LogIndex committed)
    {
        if (log.Writer.FindNewBase(committed) is { } newBase) log.Writer.MoveBase(new LogBase(newBase));
    }

    private static Batch[] HundredByteBatches(params long[] terms)
    {
        List<Batch> batches = [];
        foreach (var term in terms) batches.Add(Batch.Entries(batches.Count == 0 ? Tail.Empty : batches[^1].Tail, T(term), [new byte[Body]]));
        return [.. batches];
    }

    private static void Append(IGroupLog log, long term) => Put(log, Batch.Entries(log.Writer.Tail, T(term), [new byte[Body]]));

    private static void Put(IGroupLog log, Batch batch) => Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(batch, out _));

    private static long[] Read(IGroupLog log, long from, int bytesMax = 1_000_000)
    {
        List<Batch> into = [];
        Assert.Equal(ReadOutcome.Found, log.Reader.Read(I(from), bytesMax, into));
        return [.. into.Select(batch => batch.Index.Value)];
    }

    private IGroupLog Filled(params long[] terms)
    {
        var log = Open();
        foreach (var batch in HundredByteBatches(terms)) Put(log, batch);
        return log;
    }

    private IGroupLog Open(long bytesMax = 1 << 20, long retentionBytes = 0, int batchBytesMax = 1_000)
    {
        var log = OpenStore(bytesMax, retentionBytes, batchBytesMax).OpenGroup("g", _news);
        _open.Add(log);
        return log;
    }

    private ILogStore OpenStore(long bytesMax = 1 << 20, long retentionBytes = 0, int batchBytesMax = 1_000)
    {
        var store = new MemoryLogStoreFactory(Guid.NewGuid, bytesMax, retentionBytes, batchBytesMax).Open("g", "n0");
        _open.Add(store);
        return store;
    }
}
