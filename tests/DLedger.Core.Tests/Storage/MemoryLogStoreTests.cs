using Xunit;

namespace DLedger.Core.Tests.Storage;

/// <summary>What the memory store does beyond the contract that all stores share (that suite is in DLedger.Storage.Faster.Tests).</summary>
public sealed class MemoryLogStoreTests
{
    private static void Retain(IGroupLog log, LogIndex committed)
    {
        if (log.Writer.FindNewBase(committed) is { } newBase) log.Writer.MoveBase(new LogBase(newBase));
    }

    private static readonly Term One = new(1);

    private readonly StoreNews _news = new();
    private int _ids;

    [Fact]
    public void Safety_07_every_opening_is_a_wiped_folder_under_a_new_id()
    {
        var factory = new MemoryLogStoreFactory(NextId);
        Guid first;
        using (var store = factory.Open("g", "n0"))
        {
            first = store.StoreId;
            using var log = store.OpenGroup("g", _news);
            Append(log, 10);
            log.HardState.Save(new HardState(One, "n0", []), _ => { });
        }

        using var again = factory.Open("g", "n0");
        using var empty = again.OpenGroup("g", _news);
        Assert.NotEqual(first, again.StoreId);
        Assert.Equal(Tail.Empty, empty.Writer.Tail);
        Assert.Same(HardState.Initial, empty.HardState.Loaded);
    }

    [Fact]
    public void A_group_opened_again_within_the_same_store_finds_everything()
    {
        using var store = new MemoryLogStoreFactory(NextId).Open("g", "n0");
        var state = new HardState(One, "n0", []);
        var log = store.OpenGroup("g", _news);
        var batch = Append(log, 10);
        log.HardState.Save(state, _ => { });
        Assert.Throws<StoreException>(() => store.OpenGroup("g", _news));
        log.Dispose();

        using var again = store.OpenGroup("g", _news);
        Assert.Equal(batch.Tail, again.Writer.Tail);
        Assert.Same(state, again.HardState.Loaded);
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryTruncate(LogIndex.None, out _));
    }

    [Fact]
    public void A_write_is_flushed_when_it_returns()
    {
        using var store = new MemoryLogStoreFactory(NextId).Open("g", "n0");
        using var log = store.OpenGroup("g", _news);
        log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, Tail.Empty, One), out var endsAt);
        Assert.Equal(endsAt, _news.FlushedTo);
        log.Writer.TryTruncate(LogIndex.None, out endsAt);
        Assert.Equal(endsAt, _news.FlushedTo);
        log.Writer.TryReset(new LogBase(new Tail(new LogIndex(5), One, new EntryIndex(7))), out endsAt);
        Assert.Equal(endsAt, _news.FlushedTo);
    }

    [Fact]
    public void Retention_keeps_the_last_bytes_and_the_committed_batch()
    {
        using var store = new MemoryLogStoreFactory(NextId, retentionBytes: 1_000).Open("g", "n0");
        using var log = store.OpenGroup("g", _news);
        for (var i = 0; i < 50; i++) Append(log, 32); // 100 bytes each

        Retain(log, new LogIndex(3));
        Assert.Equal(new LogIndex(2), log.Writer.Base.Index);
        Retain(log, new LogIndex(50));
        Assert.Equal(new Tail(new LogIndex(40), One, new EntryIndex(40)), log.Reader.Base);
        Assert.Equal(log.Writer.Base, _news.Bases[^1]);
        Assert.Equal(new LogPoint(new LogIndex(40), One), log.Writer.Terms.Base);
        Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(new LogIndex(40), 1, []));
        Assert.Equal(new LogIndex(41), log.Reader.Find(new EntryIndex(40)));
    }

    [Fact]
    public void Safety_27_a_full_log_refuses_entries_but_takes_control_records_and_comes_back()
    {
        using var store = new MemoryLogStoreFactory(NextId, bytesMax: 1_600, retentionBytes: 1, batchBytesMax: 1_000).Open("g", "n0");
        using var log = store.OpenGroup("g", _news);
        for (var i = 0; i < 15; i++) Append(log, 32);

        Assert.Equal(0, log.Writer.FreeBytes);
        Assert.Equal(WriteOutcome.DiskFull, log.Writer.TryAppend(Entry(log, 32), out _));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, log.Writer.Tail, One), out _));
        Assert.Equal(0, _news.SpaceChanges);
        Retain(log, new LogIndex(16));
        Assert.Equal(1, _news.SpaceChanges);
        Append(log, 32);
    }

    [Fact]
    public void Limits_that_contradict_each_other_are_refused()
    {
        Assert.Throws<ArgumentNullException>("newStoreId", () => new MemoryLogStoreFactory(null!));
        Assert.Throws<ArgumentOutOfRangeException>("batchBytesMax", () => new MemoryLogStoreFactory(NextId, batchBytesMax: Batch.HeaderBytes - 1));
        Assert.Throws<ArgumentOutOfRangeException>("bytesMax", () => new MemoryLogStoreFactory(NextId, bytesMax: 99, batchBytesMax: 100));
        Assert.Throws<ArgumentOutOfRangeException>("retentionBytes", () => new MemoryLogStoreFactory(NextId, retentionBytes: -1));
        new MemoryLogStoreFactory(NextId, bytesMax: Batch.HeaderBytes, batchBytesMax: Batch.HeaderBytes).Open("g", "n0").Dispose();
    }

    [Fact]
    public void By_default_a_log_holds_a_GiB_in_batches_of_at_most_16_MiB()
    {
        using var store = new MemoryLogStoreFactory(NextId).Open("g", "n0");
        using var log = store.OpenGroup("g", _news);
        Assert.Equal(((1 << 30) - (64 << 10), 16 << 20), (log.Writer.FreeBytes, log.Writer.MaxBatchBytes));
    }

    [Fact]
    public void Members_and_groups_have_names()
    {
        var factory = new MemoryLogStoreFactory(NextId);
        Assert.Throws<ArgumentException>("group", () => factory.Open("", "n0"));
        Assert.Throws<ArgumentException>("nodeId", () => factory.Open("g", ""));
        using var store = factory.Open("g", "n0");
        Assert.Throws<ArgumentException>("group", () => store.OpenGroup("", _news));
        Assert.Throws<ArgumentNullException>("listener", () => store.OpenGroup("g", null!));
    }

    [Fact]
    public void Safety_28_a_member_is_open_once_until_it_is_closed()
    {
        var factory = new MemoryLogStoreFactory(NextId);
        var store = factory.Open("g", "n0");
        Assert.Throws<StoreException>(() => factory.Open("g", "n0"));
        factory.Open("g", "n1").Dispose();
        factory.Open("h", "n0").Dispose();
        store.Dispose();
        using var again = factory.Open("g", "n0");

        // A second closing of the first does not let a third in.
        store.Dispose();
        Assert.Throws<StoreException>(() => factory.Open("g", "n0"));
    }

    [Fact]
    public void A_store_that_is_closed_closes_its_logs_and_opens_none()
    {
        var store = new MemoryLogStoreFactory(NextId).Open("g", "n0");
        var log = store.OpenGroup("g", _news);
        store.OpenGroup("h", new StoreNews());
        store.Dispose();
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryTruncate(LogIndex.None, out _));
        Assert.Throws<ObjectDisposedException>(() => store.OpenGroup("g", _news));
    }

    [Fact]
    public void A_save_is_answered_before_the_call_returns()
    {
        using var store = new MemoryLogStoreFactory(NextId).Open("g", "n0");
        using var log = store.OpenGroup("g", _news);
        List<string?> answers = [];
        log.HardState.Save(new HardState(One, "n0", []), answers.Add);
        Assert.Equal([null], answers);
        Assert.Throws<ArgumentNullException>("state", () => log.HardState.Save(null!, answers.Add));
        Assert.Throws<ArgumentNullException>("done", () => log.HardState.Save(HardState.Initial, null!));
    }

    private static Batch Entry(IGroupLog log, int bodyBytes) => Batch.Entries(log.Writer.Tail, One, [new byte[bodyBytes]]);

    private static Batch Append(IGroupLog log, int bodyBytes)
    {
        var batch = Entry(log, bodyBytes);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(batch, out _));
        return batch;
    }

    private Guid NextId() => new(++_ids, 0, 0, new byte[8]);
}
