using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>The path from an append to its flush: what is written, when it is synced, and what is said.</summary>
public sealed class DeviceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safety_19_a_flush_is_told_only_after_a_sync_that_began_after_its_writes_had_returned()
    {
        using var log = _folder.Open();
        var told = 0;
        string? breach = null;
        log.News.OnFlushed = address =>
        {
            told++;
            breach ??= UnsyncedBelow(_folder.Files.Trace, address.Value);
        };
        log.Flush(log.AppendMany(300, 5000));
        Assert.Null(breach);
        Assert.True(told > 0);

        static string? UnsyncedBelow(IReadOnlyList<string> trace, long address)
        {
            var unsynced = new Dictionary<string, long>();
            foreach (var operation in trace)
            {
                var words = operation.Split(' ');
                if (words.Length > 1 && WalGeometry.SegmentNumber(words[1]) is not { } segment) continue;
                if (words[0] == "write")
                    unsynced.TryAdd(
                        words[1], (WalGeometry.SegmentNumber(words[1])!.Value * TestFolder.Segment) + long.Parse(words[2].Split('+')[0], null));
                if (words[0] == "sync") unsynced.Remove(words[1]);
            }

            // A round that runs now may have written already; what it wrote lies at or above the address, but for the sector that both share.
            var below = unsynced.Where(write => write.Value + GroupSyncDevice.SectorBytes <= address).ToArray();
            return below.Length == 0 ? null : $"flushed to {address} with unsynced writes at {string.Join(", ", below)}";
        }
    }

    [Fact]
    public void One_append_costs_one_write_and_one_sync_and_no_other_file()
    {
        using var log = _folder.Open();
        log.Flush(log.Append());
        _folder.Files.Forget();
        for (var i = 0; i < 5; i++) log.Flush(log.Append());
        var trace = _folder.Files.Trace;
        Assert.Equal(10, trace.Count);
        for (var i = 0; i < trace.Count; i++)
            Assert.StartsWith(i % 2 == 0 ? "write wal-000000000000.seg" : "sync wal-000000000000.seg", trace[i], StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_comes_during_a_sync_goes_into_the_next()
    {
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var log = _folder.Open();
        _folder.Files.Before = (operation, name) =>
        {
            if (operation != "sync" || WalGeometry.SegmentNumber(name) is null) return;
            reached.Set();
            held.Wait();
        };
        log.Append();
        reached.Wait();
        var last = log.AppendMany(100);
        _folder.Files.Forget();
        held.Set();
        log.Flush(last);
        Assert.Equal(2, _folder.Files.Trace.Count(operation => operation.StartsWith("sync", StringComparison.Ordinal)));
        Assert.Single(_folder.Files.Trace, operation => operation.StartsWith("write", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public void Safety_24_the_first_failed_write_or_sync_is_final(string failing)
    {
        using var log = _folder.Open();
        log.Flush(log.Append());
        var flushedTo = log.News.FlushedTo;
        var tries = 0;
        _folder.Files.Before = (operation, name) =>
        {
            if (operation != failing || WalGeometry.SegmentNumber(name) is null) return;
            tries++;
            throw new IOException("The disk is sick.");
        };
        log.Append();
        Assert.Contains("The disk is sick.", log.News.WaitFailed(), StringComparison.Ordinal);
        _folder.Files.Before = null;
        _folder.Files.Forget();
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10), out _));
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryTruncate(LogIndex.None, out _));
        Assert.Equal(0, log.Writer.FreeBytes);
        Assert.Contains("The disk is sick.", log.SaveTerm(2)!, StringComparison.Ordinal);
        log.Dispose();
        Assert.Equal(1, tries);
        Assert.Equal(flushedTo, log.News.FlushedTo);
        Assert.Empty(_folder.Files.Trace);
    }

    [Fact]
    public void Safety_24_a_stalled_sync_is_told_and_so_is_its_return()
    {
        _folder.Options = _folder.Options with { StallAfter = TimeSpan.FromMilliseconds(20) };
        using var held = new ManualResetEventSlim();
        using var log = _folder.Open();
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "sync") held.Wait();
        };
        var end = log.Append();
        log.News.WaitStalled(true);
        held.Set();
        log.News.WaitStalled(false);
        log.Flush(end);
    }

    [Fact]
    public void Safety_24_what_holds_up_the_logs_thread_after_the_telling_counts_as_a_stalled_disk()
    {
        _folder.Options = _folder.Options with { StallAfter = TimeSpan.FromMilliseconds(20) };
        using var log = _folder.Open();
        var held = 0;
        log.News.OnRoundEnds = isLast =>
        {
            if (!isLast || Interlocked.Exchange(ref held, 1) != 0) return;
            log.News.WaitStalled(true);
        };
        log.Append(100);
        log.News.WaitStalled(false);
        Assert.Equal(1, held);
    }

    [Fact]
    public void Safety_24_a_pause_of_the_whole_process_is_no_stall()
    {
        var time = new ManualTime();
        var news = new StoreNews();
        var reporter = new StoreReporter();
        reporter.Open(news, 0);
        using var watch = new StallWatch(time, TimeSpan.FromSeconds(1), reporter);
        watch.Begin();
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(news.IsStalled);
        for (var i = 0; i < 3; i++) time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.True(news.IsStalled);
        watch.End();
        Assert.False(news.IsStalled);
        time.Advance(TimeSpan.FromHours(1));
        Assert.False(news.IsStalled);
    }

    [Fact]
    public void A_read_never_creates_a_file()
    {
        using var segments = new SegmentSet(_folder.Files, new WalGeometry(TestFolder.Page, TestFolder.Segment), 0);
        Assert.Throws<FileNotFoundException>(() => segments.Read(5 * TestFolder.Segment, new byte[10]));
        Assert.Throws<FileNotFoundException>(() => segments.Write(5 * TestFolder.Segment, new byte[10]));
        Assert.Empty(_folder.Files.List());
    }

    [Fact]
    public void The_commit_manager_hands_over_the_recovered_range_and_keeps_nothing()
    {
        using var commits = new LatchedCommitManager(64, 4711);
        var recovered = new FASTER.core.FasterLogRecoveryInfo();
        using (var reader = new BinaryReader(new MemoryStream(commits.GetCommitMetadata(Assert.Single(commits.ListCommits())))))
            recovered.Initialize(reader);
        Assert.Equal((64, 4711), (recovered.BeginAddress, recovered.UntilAddress));
        commits.Commit(64, 5000, [], 2, false);
        commits.RemoveCommit(1);
        commits.RemoveAllCommits();
        Assert.Equal(1, Assert.Single(commits.ListCommits()));
    }

    [Fact]
    public void A_flush_hands_over_everything_without_a_commit_and_so_without_the_thread_pool()
    {
        using var device = new FASTER.core.NullDevice();
        using var commits = new CountedCommits();
        using var log = new FASTER.core.FasterLog(
            new FASTER.core.FasterLogSettings { LogDevice = device, LogCommitManager = commits, TryRecoverLatest = false });
        var flush = new TailFlush(log);
        for (var i = 0; i < 3; i++)
        {
            log.Enqueue(new byte[1000]);
            Assert.True(log.FlushedUntilAddress < log.TailAddress);
            flush.Run();
            // That device is done at once.
            Assert.Equal(log.TailAddress, log.FlushedUntilAddress);
        }

        flush.Run();
        Assert.Equal(log.TailAddress, log.FlushedUntilAddress);

        // FASTER counts its commits from the last one it has found, of which there is none here.
        log.Commit(spinWait: true);
        Assert.Equal(1, commits.Last);
    }

    [Fact]
    public void A_full_buffer_refuses_and_takes_more_after_a_flush()
    {
        using var held = new ManualResetEventSlim();
        using var log = _folder.Open();
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "write") held.Wait();
        };
        var outcome = WriteOutcome.Accepted;
        WalAddress last = default;
        for (var i = 0; i < 100 && outcome == WriteOutcome.Accepted; i++)
        {
            outcome = log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10_000), out var end);
            if (outcome == WriteOutcome.Accepted) last = end;
        }

        Assert.Equal(WriteOutcome.BufferFull, outcome);
        var count = log.Writer.Tail.Index.Value;
        Assert.Equal(count, log.ReadAll().Count);
        held.Set();
        log.Flush(last);
        log.Flush(log.Append(10_000));
        Assert.Equal(count + 1, log.ReadAll().Count);
    }

    private sealed class CountedCommits : FASTER.core.ILogCommitManager
    {
        private long _last;

        public long Last => Volatile.Read(ref _last);

        public void Commit(long beginAddress, long untilAddress, byte[] commitMetadata, long commitNum, bool forceWriteMetadata) =>
            Volatile.Write(ref _last, commitNum);

        public IEnumerable<long> ListCommits() => [];

        public byte[] GetCommitMetadata(long commitNum) => throw new NotSupportedException();

        public void RemoveCommit(long commitNum) => throw new NotSupportedException();

        public void RemoveAllCommits() => throw new NotSupportedException();

        public void OnRecovery(long commitNum)
        {
            // Nothing was found.
        }

        public void Dispose()
        {
            // Nothing is open.
        }
    }
}
