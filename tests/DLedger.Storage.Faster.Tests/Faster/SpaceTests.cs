using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>A full disk, and what retention gives back.</summary>
public sealed class SpaceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safety_16_and_27_a_full_disk_refuses_entries_keeps_a_reserve_and_recovers_by_itself()
    {
        _folder.Options = _folder.Options with { SpaceRetryAfter = TimeSpan.FromMilliseconds(1) };
        var full = false;
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "allocate" && Volatile.Read(ref full)) throw new DiskFullException("No space.");
        };
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        Volatile.Write(ref full, true);
        var free = log.Writer.FreeBytes;
        var written = 0L;
        WalAddress last = default;
        var outcome = WriteOutcome.Accepted;
        while (outcome != WriteOutcome.DiskFull)
        {
            var seen = log.News.FlushedTo;
            var batch = OpenLog.BatchAfter(log.Writer.Tail, 1, 10_000);
            outcome = log.Writer.TryAppend(batch, out var end);
            if (outcome == WriteOutcome.BufferFull) log.News.WaitFlushed(new WalAddress(seen.Value + 1));
            if (outcome != WriteOutcome.Accepted) continue;
            last = end;
            written += batch.Encoded.Length;
        }

        Assert.True(written >= free, $"{written} bytes fitted, {free} were promised.");
        Assert.Equal(0, log.Writer.FreeBytes);
        log.Flush(last);
        log.News.WaitSpaceChanges(1);
        var count = (int)log.Writer.Tail.Index.Value;
        Assert.Equal(count, log.ReadAll().Count);

        // A new leader's first record, and a truncation, still find room.
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, log.Writer.Tail, new Term(1)), out _));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(new LogIndex(count), out var cut));
        log.Flush(cut);

        // Also across a restart on the full disk.
        using (var killed = _folder.Killed())
        {
            killed.Files.Before = _folder.Files.Before;
            using var again = killed.Open();
            Assert.Equal(count, again.ReadAll().Count);
        }

        var changes = log.News.SpaceChanges;
        Volatile.Write(ref full, false);
        log.News.WaitSpaceChanges(changes + 1);
        log.Flush(log.Append(10_000));
        Assert.Equal(count + 1, log.ReadAll().Count);
    }

    [Fact]
    public void Safety_25_retention_by_bytes_drops_whole_segments_and_keeps_the_last_committed_batch()
    {
        _folder.Options = _folder.Options with { RetentionBytes = TestFolder.Segment };
        LogBase moved;
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Flush(log.AppendMany(200, 10_000));
            log.Retain(new LogIndex(30));
            moved = log.News.WaitBase(new LogIndex(1));
            Assert.True(moved.Index.Value < 30, $"{moved}");
            Assert.Equal(moved, log.Writer.Base);
            Assert.Equal(moved.Point, log.Writer.Terms.Base);
            log.Retain(new LogIndex(200));
            moved = log.News.WaitBase(new LogIndex(30));
            Assert.Equal(200 - moved.Index.Value, log.ReadAll().Count);
            Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(moved.Index, 10, []));
            Assert.Null(log.Reader.Find(new EntryIndex(moved.Tail.NextEntry.Value - 1)));
            Assert.Equal(moved.Index.Next, log.Reader.Find(moved.Tail.NextEntry));
        }

        Assert.False(File.Exists(_folder.SegmentPath(0)));
        using var again = _folder.Open();
        Assert.Equal(moved, again.Writer.Base);
        Assert.Equal(200 - moved.Index.Value, again.ReadAll().Count);
    }

    [Fact]
    public void Safety_25_the_new_beginning_is_on_disk_before_a_file_goes()
    {
        _folder.Options = _folder.Options with { RetentionBytes = 1 };
        using var log = _folder.Open();
        log.Flush(log.AppendMany(60, 10_000));
        _folder.Files.Forget();
        log.Retain(new LogIndex(60));
        log.News.WaitBase(new LogIndex(1));
        log.Dispose();
        var trace = _folder.Files.Trace.ToList();
        var gone = trace.FindIndex(operation => operation.StartsWith("delete", StringComparison.Ordinal));
        var synced = trace.FindIndex(operation => operation == $"sync {WalMeta.FileName}");
        Assert.InRange(synced, 0, gone);
        Assert.Contains("sync-folder", trace.Skip(gone));
    }

    [Fact]
    public void A_base_that_only_wal_meta_knows_is_in_force_after_a_kill()
    {
        _folder.Options = _folder.Options with { RetentionBytes = 1, CheckpointBytes = 64 * 1024 };
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        log.Flush(log.AppendMany(100, 10_000));
        log.Retain(new LogIndex(100));
        var moved = log.News.WaitBase(new LogIndex(1));
        log.Flush(log.AppendMany(3));
        using var killed = _folder.Killed();
        using var again = killed.Open();
        Assert.Equal(moved, again.Writer.Base);
        Assert.Equal(103 - moved.Index.Value, again.ReadAll().Count);
    }

    [Fact]
    public void Retention_by_age_drops_what_was_filled_long_enough_ago()
    {
        var time = new ManualTime();
        _folder.Time = time;
        _folder.Options = _folder.Options with { RetentionAge = TimeSpan.FromDays(7) };
        using var log = _folder.Open();
        log.Flush(log.AppendMany(60, 10_000));
        time.Advance(TimeSpan.FromDays(6));
        var young = log.Writer.Tail.Index;
        log.Flush(log.AppendMany(60, 10_000));
        log.Retain(log.Writer.Tail.Index);
        time.Advance(TimeSpan.FromDays(2));
        log.Retain(log.Writer.Tail.Index);
        var moved = log.News.WaitBase(new LogIndex(1));
        Assert.True(moved.Index <= young, $"{moved}");
    }

    [Fact]
    public void Readers_go_on_while_segments_are_retired()
    {
        _folder.Options = _folder.Options with { RetentionBytes = TestFolder.Segment };
        using var log = _folder.Open();
        using var stop = new CancellationTokenSource();
        var reads = 0L;
        var reader = new Thread(() =>
        {
            var batches = new List<Batch>();
            while (!stop.IsCancellationRequested)
            {
                batches.Clear();
                var from = log.Reader.Base.Index.Next;
                if (log.Reader.Read(from, 50_000, batches) == ReadOutcome.Found && batches[0].Index != from)
                    throw new InvalidOperationException("Wrong batch.");
                Interlocked.Increment(ref reads);
            }
        });
        reader.Start();
        for (var i = 0; i < 30; i++)
        {
            log.Flush(log.AppendMany(30, 10_000));
            log.Retain(log.Writer.Tail.Index);
        }

        log.News.WaitBase(new LogIndex(500));
        stop.Cancel();
        reader.Join();
        Assert.Null(log.News.Failure);
        Assert.True(reads > 0);
    }

    [Fact]
    public void A_reset_gives_back_the_segments_before_it()
    {
        using var deleted = new ManualResetEventSlim();
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "delete") deleted.Set();
        };
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Flush(log.AppendMany(100, 10_000));
            Assert.Equal(
                WriteOutcome.Accepted,
                log.Writer.TryReset(new LogBase(new Tail(new LogIndex(1000), new Term(1), new EntryIndex(1000))), out var reset));
            log.Flush(reset);
            Assert.True(deleted.Wait(TimeSpan.FromSeconds(60)), "Nothing was deleted.");
            log.Flush(log.AppendMany(60, 10_000));
        }

        Assert.False(File.Exists(_folder.SegmentPath(0)));
        using (var log = _folder.Open()) Assert.Equal(60, log.ReadAll().Count);
    }
}
