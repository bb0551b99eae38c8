using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>What opening makes of a folder that a crash, a sick disk or an operator left behind.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_torn_last_write_is_cut_off()
    {
        using var log = Filled(50, out var ends);
        using var killed = _folder.Killed(machineStops: true);
        TestFolder.Flip(killed.SegmentPath(0), ends[^1] - 10);
        using var again = killed.Open();
        Assert.Equal(49, again.ReadAll().Count);
        again.Flush(again.AppendMany(5));
        Assert.Equal(54, again.ReadAll().Count);
    }

    [Fact]
    public void Safety_21_damage_before_the_flushed_end_is_refused_with_file_and_offset()
    {
        using var log = Filled(50, out var ends);
        using var killed = _folder.Killed();
        TestFolder.Flip(killed.SegmentPath(0), ends[20] + 70);
        var damage = Assert.Throws<StoreDamagedException>(() => killed.Open());
        Assert.Equal(killed.SegmentPath(0), damage.File);
        Assert.Equal(ends[20], damage.Offset);
    }

    [Fact]
    public void Safety_21_after_an_idle_mark_even_the_last_batch_is_known_to_be_flushed()
    {
        var time = new ManualTime();
        _folder.Time = time;
        _folder.Options = _folder.Options with { IdleMarkAfter = TimeSpan.FromMilliseconds(100) };
        using var log = Filled(50, out var ends);
        // The timer is set once the round has been told: move time on until the mark is there.
        while (log.News.FlushedTo.Value < ends[^1] + Frame.OverheadBytes) time.Advance(TimeSpan.FromMilliseconds(200));
        using var killed = _folder.Killed();
        TestFolder.Flip(killed.SegmentPath(0), ends[^1] - 10);
        Assert.Equal(ends[^2], Assert.Throws<StoreDamagedException>(() => killed.Open()).Offset);
    }

    [Fact]
    public void Safety_21_after_a_clean_stop_the_very_last_frame_is_known_to_be_flushed()
    {
        long end;
        using (var log = Filled(50, out var ends)) end = ends[^1];
        TestFolder.Flip(_folder.SegmentPath(0), end + 20);
        Assert.Equal(end, Assert.Throws<StoreDamagedException>(() => _folder.Open()).Offset);
    }

    [Fact]
    public void Safety_21_a_good_frame_behind_a_cut_tail_stays_dead()
    {
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        log.Flush(log.Append());
        var ends = AppendInOneRound(log, 4);
        using var killed = _folder.Killed(machineStops: true);
        // The second of four that were flushed together: nothing on disk knows that they were.
        TestFolder.Flip(killed.SegmentPath(0), ends[1] - 10);
        for (var opening = 0; opening < 3; opening++)
        {
            using var again = killed.Open();
            Assert.Equal(2 + opening, again.ReadAll().Count);
            // With the mark of the opening before it, it ends where a dead frame begins.
            again.Flush(again.Append(100 - Frame.OverheadBytes, fill: 9));
        }
    }

    [Fact]
    public void Safety_23_what_was_found_beyond_the_proven_end_is_rewritten_and_synced()
    {
        using var log = Filled(3, out var ends);
        using var killed = _folder.Killed();
        using var again = killed.Open();
        var trace = killed.Files.Trace.ToList();
        var rewrite = trace.FindIndex(operation => operation == $"write {WalGeometry.SegmentName(0)} {ends[1]}+{ends[2] - ends[1]}");
        Assert.True(rewrite >= 0, string.Join('\n', trace));
        Assert.Equal($"sync {WalGeometry.SegmentName(0)}", trace[rewrite + 1]);
        Assert.True(trace.FindIndex(operation => operation.StartsWith($"write {WalMeta.FileName}", StringComparison.Ordinal)) > rewrite);
    }

    [Fact]
    public void A_frame_never_calls_the_gap_at_the_end_of_a_page_flushed()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            // A refused append makes FASTER close its page, and flush it to its end with nothing behind it.
            using var held = new ManualResetEventSlim();
            _folder.Files.Before = (operation, _) =>
            {
                if (operation == "write") held.Wait();
            };
            var outcome = WriteOutcome.Accepted;
            while (outcome != WriteOutcome.BufferFull) outcome = log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10_000), out _);
            held.Set();
            log.News.WaitFlushed(new WalAddress(4 * TestFolder.Page));
            log.Flush(log.AppendMany(20, 3000));
        }

        using var segments = new SegmentSet(_folder.Files, new WalGeometry(TestFolder.Page, TestFolder.Segment), 0);
        var scanner = new WalScanner(segments, new WalEnd(WalGeometry.FirstAddress, -1, 0), 0, 1);
        var ends = new HashSet<long> { WalGeometry.FirstAddress };
        while (scanner.TryNext(out var frame, out _, out _))
        {
            Assert.Contains(frame.FlushedTo, ends);
            ends.Add(frame.EndsAt);
        }

        Assert.True(ends.Count > 40);
    }

    [Fact]
    public void A_missing_segment_is_refused()
    {
        using (var log = Filled(100, out _, bytes: 10_000))
        {
        }

        File.Delete(_folder.SegmentPath(1));
        Assert.Equal(_folder.SegmentPath(1), Assert.Throws<StoreDamagedException>(() => _folder.Open()).File);
    }

    [Fact]
    public void A_shortened_segment_is_refused()
    {
        using (var log = Filled(100, out _, bytes: 10_000))
        {
        }

        using (var file = File.OpenWrite(_folder.SegmentPath(0))) file.SetLength(1000);
        Assert.Equal(_folder.SegmentPath(0), Assert.Throws<StoreDamagedException>(() => _folder.Open()).File);
    }

    [Theory]
    [InlineData(HardStateRecord.FileName)]
    [InlineData(WalMeta.FileName)]
    [InlineData(StoreIdentity.FileName)]
    public void A_missing_small_file_next_to_a_log_is_refused(string name)
    {
        using (var log = Filled(3, out _))
        {
        }

        File.Delete(_folder.PathOf(name));
        Assert.Equal(_folder.PathOf(name), Assert.Throws<StoreDamagedException>(() => _folder.Open()).File);
    }

    [Fact]
    public void Safety_01_a_term_below_the_log_is_damage()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Append(term: 2);
        }

        Assert.Equal(_folder.PathOf(HardStateRecord.FileName), Assert.Throws<StoreDamagedException>(() => _folder.Open()).File);
    }

    [Fact]
    public void Safety_26_damaged_checkpoints_are_left_aside()
    {
        FillTwice();
        foreach (var name in Checkpoint.FileNames) TestFolder.Flip(_folder.PathOf(name), 100);
        using var again = _folder.Open();
        Assert.Equal(300, again.ReadAll().Count);
        Assert.Null(again.Log.FoundCheckpoint);
    }

    [Fact]
    public void Safety_26_an_older_checkpoint_only_costs_reading()
    {
        FillTwice();
        var newest = Checkpoint.FileNames.MaxBy(name => Checkpoint.TryDecode(File.ReadAllBytes(_folder.PathOf(name)))!.End.Address)!;
        File.Delete(_folder.PathOf(newest));
        using var again = _folder.Open();
        Assert.Equal(300, again.ReadAll().Count);
        Assert.NotNull(again.Log.FoundCheckpoint);
    }

    [Fact]
    public void Safety_26_a_checkpoint_is_asked_for_and_written_behind_the_flush_of_what_it_is_of()
    {
        _folder.Options = _folder.Options with { CheckpointBytes = 64 * 1024 };
        using var written = new ManualResetEventSlim();
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        for (var i = 0; i < 20; i++) log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 5000), out _);
        log.News.WaitCheckpointDue(1);
        _folder.Files.Forget();
        _folder.Files.Before = (operation, name) =>
        {
            if (operation == "sync-folder") written.Set();
        };
        log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 5000), out _);
        var kept = new LogBase(log.Writer.Tail, new byte[] { 1, 2, 3 });
        log.Writer.KeepCheckpoint(kept);
        Assert.True(written.Wait(TimeSpan.FromSeconds(60)), "It was never written.");
        var trace = _folder.Files.Trace.ToList();
        var flushed = trace.FindLastIndex(operation => operation.StartsWith("sync wal-0", StringComparison.Ordinal));
        Assert.InRange(flushed, 0, trace.FindIndex(operation => operation.StartsWith("write checkpoint", StringComparison.Ordinal)));
        Assert.Equal(1, log.News.CheckpointsDue);
        using var killed = _folder.Killed();
        using var again = killed.Open();
        Assert.Equal(kept, again.Log.FoundCheckpoint);
        Assert.Equal(21, again.ReadAll().Count);
    }

    [Fact]
    public void Safety_26_a_checkpoint_ahead_of_the_log_is_not_believed_and_the_log_is_refused()
    {
        using var log = Filled(20, out _);
        using var killed = _folder.Killed();
        log.AppendMany(20);
        log.Dispose();
        foreach (var name in Checkpoint.FileNames.Where(name => File.Exists(_folder.PathOf(name))))
            File.Copy(_folder.PathOf(name), killed.PathOf(name));
        Assert.Throws<StoreDamagedException>(() => killed.Open());
    }

    [Fact]
    public void Safety_26_damage_met_by_a_read_stops_the_store()
    {
        using var log = Filled(300, out var ends, bytes: 1000);
        TestFolder.Flip(_folder.SegmentPath(0), ends[20] + 200);
        var damage = Assert.Throws<StoreDamagedException>(() => log.ReadAll());
        Assert.Equal(ends[20], damage.Offset);
        Assert.Equal(damage.Message, log.News.WaitFailed());
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 1), out _));
    }

    [Fact]
    public void Safety_28_a_second_opening_of_the_folder_is_refused_until_the_first_is_closed()
    {
        using (var log = _folder.Open())
            Assert.Contains("in use", Assert.Throws<StoreException>(() => _folder.OpenStore()).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.PathOf("lock")));
        using var again = _folder.Open();
    }

    [Fact]
    public void A_folder_of_an_older_format_is_refused_in_one_line_that_says_what_to_do_and_a_check_says_the_same()
    {
        using (Filled(3, out _))
        {
        }

        foreach (var at in new[] { 3, SlotFile.BlockBytes + 3 }) TestFolder.Overwrite(_folder.PathOf(StoreIdentity.FileName), at, (byte)'1');
        var before = File.ReadAllBytes(_folder.PathOf(StoreIdentity.FileName));
        var refused = Assert.Throws<StoreException>(() => _folder.OpenStore());
        Assert.IsNotType<StoreDamagedException>(refused);
        Assert.Contains("format 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("new folder", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the version that wrote it", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(refused.Message, Assert.Throws<StoreException>(() => StoreVerifier.Verify(_folder.Folder)).Message);
        Assert.Equal(before, File.ReadAllBytes(_folder.PathOf(StoreIdentity.FileName)));
    }

    [Fact]
    public void The_folder_of_another_member_is_refused_by_name()
    {
        Guid id;
        using (var log = _folder.Open()) id = log.Store.StoreId;
        var message = Assert.Throws<StoreException>(() => _folder.OpenStore(node: "n7")).Message;
        Assert.Contains("'n0'", message, StringComparison.Ordinal);
        Assert.Contains("'n7'", message, StringComparison.Ordinal);
        Assert.Contains("'orders'", Assert.Throws<StoreException>(() => _folder.OpenStore(group: "bills")).Message, StringComparison.Ordinal);
        _folder.Options = _folder.Options with { ClusterId = "other" };
        Assert.Contains("cluster", Assert.Throws<StoreException>(() => _folder.OpenStore()).Message, StringComparison.Ordinal);
        _folder.Options = _folder.Options with { ClusterId = "", SegmentBytes = 2 * TestFolder.Segment };
        Assert.Contains("SegmentBytes", Assert.Throws<StoreException>(() => _folder.OpenStore()).Message, StringComparison.Ordinal);
        _folder.Options = _folder.Options with { SegmentBytes = TestFolder.Segment };
        using var again = _folder.Open();
        Assert.Equal(id, again.Store.StoreId);
    }

    /// <summary>Two clean stops, which leave two checkpoints.</summary>
    private void FillTwice()
    {
        _folder.Options = _folder.Options with { CheckpointBytes = 64 * 1024 };
        using (Filled(150, out _, bytes: 5000))
        {
        }

        using (Filled(150, out _, bytes: 5000))
        {
        }
    }

    private OpenLog Filled(int batches, out long[] ends, int bytes = 100)
    {
        var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        ends = new long[batches];
        for (var i = 0; i < batches; i++)
        {
            var end = log.Append(bytes);
            log.Flush(end);
            ends[i] = end.Value;
        }

        return log;
    }

    /// <summary>Appends batches so that none of them knows of the flush of another.</summary>
    private long[] AppendInOneRound(OpenLog log, int count)
    {
        using var held = new ManualResetEventSlim();
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "write") held.Wait();
        };
        var ends = Enumerable.Range(0, count).Select(_ => log.Append().Value).ToArray();
        held.Set();
        log.Flush(new WalAddress(ends[^1]));
        _folder.Files.Before = null;
        return ends;
    }
}
