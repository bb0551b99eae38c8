using DLedger.Core;
using DLedger.Storage.Faster.Tests.PowerLoss;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Damage;

/// <summary>A disk that fails, hangs or fills up under a running store (SAFETY 16, 24, 27).</summary>
public sealed class FaultTests : IDisposable
{
    private readonly StoreOnDisk _store = new()
    {
        Options =
            SmallStore.Smallest with { StallAfter = TimeSpan.FromMilliseconds(20), IdleMarkAfter = TimeSpan.FromHours(1),
                SpaceRetryAfter = TimeSpan.FromMilliseconds(1) },
    };

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(nameof(DiskOperation.Write))]
    [InlineData(nameof(DiskOperation.Sync))]
    public void Safety_24_a_failed_write_or_sync_is_final_and_nothing_more_is_flushed(string operation)
    {
        var driver = _store.Open();
        driver.Append(1, 100);
        driver.Flush();
        var flushed = driver.Model.Copy();
        _store.Files.Fail(Enum.Parse<DiskOperation>(operation), 1);
        var seen = driver.Listener.FlushedTo;
        driver.Append(1, 100);
        Assert.NotEmpty(driver.Listener.WaitFailed());
        Assert.Equal(seen, driver.Listener.FlushedTo);
        Assert.Equal(WriteOutcome.Failed, driver.Log.Writer.TryAppend(driver.NewBatch(driver.Model.Tail.Index, new Term(1), 1), out _));
        Assert.Equal(WriteOutcome.Failed, driver.Log.Writer.TryTruncate(LogIndex.None, out _));
        var operations = _store.Files.Operations;
        Assert.NotNull(driver.Save(new HardState(new Term(1), null, [])));
        Assert.Equal(operations, _store.Files.Operations);
        _store.PowerFails();

        driver = _store.Open();
        Assert.True(driver.Log.Writer.Tail == flushed.Tail || driver.Log.Writer.Tail == _store.Model.Tail);
        Assert.Empty(driver.Listener.Breaches);
    }

    [Fact]
    public void Safety_24_a_failed_save_of_the_hard_state_is_final_for_the_log_too()
    {
        var driver = _store.Open();
        driver.Append(1, 100);
        driver.Flush();
        _store.Files.Fail(DiskOperation.Sync, 1);
        Assert.NotNull(driver.Save(new HardState(new Term(1), null, [])));
        Assert.NotEmpty(driver.Listener.WaitFailed());
        Assert.Equal(WriteOutcome.Failed, driver.Log.Writer.TryAppend(driver.NewBatch(driver.Model.Tail.Index, new Term(1), 1), out _));
    }

    [Fact]
    public void Safety_24_a_stall_is_reported_and_ends_without_harm()
    {
        var driver = _store.Open();
        driver.Append(1, 100);
        driver.Flush();
        var seen = driver.Listener.FlushedTo;
        _store.Files.StallSyncs();
        driver.Append(1, 100);
        driver.Listener.WaitStall(true);
        driver.Append(1, 100);
        Assert.Equal(seen, driver.Listener.FlushedTo);
        _store.Files.EndStall();
        driver.Listener.WaitStall(false);
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Safety_16_27_a_full_disk_refuses_entries_but_not_control_records_and_recovers_by_itself()
    {
        var driver = _store.Open();
        driver.FullDiskIsFinal = true;
        Assert.Null(driver.Save(new HardState(new Term(1), null, [])));
        _store.Disk.CapacityBytes = _store.Disk.UsedBytes;
        while (true)
        {
            var free = driver.Log.Writer.FreeBytes;
            var batch = driver.NewBatch(driver.Model.Tail.Index, new Term(1), 3_000);
            var outcome = driver.TryAppend(batch);
            if (free >= batch.Encoded.Length) Assert.Equal(WriteOutcome.Accepted, outcome);
            if (outcome == WriteOutcome.DiskFull) break;
            Assert.Equal(WriteOutcome.Accepted, outcome);
        }

        // Down to what the smallest entry does not fit into: what is left then is the reserve, and no gap that happens to be wide enough.
        while (driver.TryAppend(driver.NewBatch(driver.Model.Tail.Index, new Term(1), 1)) == WriteOutcome.Accepted)
        {
        }

        Assert.Equal(0, driver.Log.Writer.FreeBytes);
        driver.Append(1);
        driver.Flush();
        driver.Check();
        Assert.Null(driver.Save(new HardState(new Term(2), "n1", [])));

        var seen = driver.Listener.SpaceChanges;
        _store.Disk.CapacityBytes = long.MaxValue;
        Assert.True(driver.Listener.WaitSpaceChanged(seen), driver.Listener.Failure);
        Assert.True(driver.Log.Writer.FreeBytes > 0);
        driver.FullDiskIsFinal = false;
        for (var i = 0; i < 100; i++) driver.Append(2, 3_000);
        driver.Flush();
        driver.Check();
        _store.StopCleanly();
        _store.OpenWhole();
    }

    [Fact]
    public void A_store_opens_and_reads_on_a_full_disk()
    {
        var driver = _store.Open();
        for (var i = 0; i < 100; i++) driver.Append(1, 3_000);
        Assert.Null(driver.Save(new HardState(new Term(1), null, [])));
        _store.StopCleanly();
        _store.Disk.CapacityBytes = _store.Disk.UsedBytes;
        _store.OpenWhole();
        _store.Kill();
        _store.OpenWhole();
    }

    [Fact]
    public void Every_single_failure_of_the_disk_ends_in_a_report_and_a_store_that_opens_again()
    {
        foreach (
            var operation in new[] { DiskOperation.Write, DiskOperation.Sync, DiskOperation.Allocate, DiskOperation.SyncFolder, DiskOperation.Create,
                DiskOperation.Delete })
        {
            for (var nth = 1; nth <= 12; nth++)
            {
                using var store = new StoreOnDisk { Options = SmallStore.Smallest with { RetentionBytes = 100_000 } };
                var driver = store.Open();
                Assert.Null(driver.Save(new HardState(new Term(1), null, [])));
                store.Files.Fail(operation, nth);
                for (var i = 0; i < 150 && driver.Listener.Failure is null; i++)
                {
                    if (driver.TryAppend(driver.NewBatch(driver.Model.Tail.Index, new Term(1), 3_000)) != WriteOutcome.Accepted) break;
                    if (i % 20 != 19 || !driver.Listener.WaitFlushed(driver.EndsAt)) continue;
                    driver.Retain(driver.Model.Tail.Index);
                }

                driver.Listener.WaitFlushed(driver.EndsAt);
                var flushedTo = driver.Listener.FlushedTo;
                var flushed = driver.Given.Count(write => write.EndsAt <= flushedTo);
                store.PowerFails();
                var again = store.Open();
                Assert.True(
                    again.Log.Writer.Tail.Index.Value >= flushed,
                    $"{operation} {nth}: {flushed} batches were flushed, found {again.Log.Writer.Tail}.");
                Assert.Empty(driver.Listener.Breaches);
            }
        }
    }
}
