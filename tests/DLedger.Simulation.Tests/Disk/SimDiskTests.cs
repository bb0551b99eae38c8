using CsCheck;
using DLedger.Core;

namespace DLedger.Simulation.Tests;

public sealed class SimDiskTests
{
    private readonly World _world = new(3);
    private readonly SimNode _node;
    private readonly SimDisk _disk;
    private ILogStore? _store;
    private Recorder _recorder = new();

    public SimDiskTests()
    {
        _node = _world.AddNode("n0");
        _disk = new SimDisk(_node);
    }

    [Fact]
    public void A_batch_is_flushed_only_after_virtual_time_and_never_inside_the_call()
    {
        var log = Open();
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Next(log, 1), out var endsAt));
        Assert.Equal(default, _recorder.FlushedTo);
        Assert.Equal(1, log.Writer.Tail.Index.Value);
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(endsAt, _recorder.FlushedTo);
    }

    [Fact]
    public void A_sync_covers_only_what_was_written_before_it_began()
    {
        _disk.SyncLeast = _disk.SyncMost = TimeSpan.FromMilliseconds(10);
        var log = Open();
        log.Writer.TryAppend(Next(log, 1), out var first);
        _world.RunFor(TimeSpan.FromMilliseconds(2));
        log.Writer.TryAppend(Next(log, 1), out _);
        log.Writer.TryAppend(Next(log, 1), out var third);
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(first, _recorder.FlushedTo);
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(third, _recorder.FlushedTo);
    }

    [Fact]
    public void A_batch_supersedes_what_stands_at_its_index_and_above()
    {
        var log = Open(hardTerm: 2);
        Append(log, 1, 1, 1);
        var fork = Batch.Control(BatchKind.NoOp, new Tail(new LogIndex(1), new Term(1), new EntryIndex(1)), new Term(2));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(fork, out _));
        Assert.Equal(new LogPoint(new LogIndex(2), new Term(2)), log.Writer.Tail.Point);
        Assert.Null(log.Reader.PointAt(new LogIndex(3)));
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.FromSeconds(1));
        log = Open(hardTerm: 2);
        Assert.Equal(new LogPoint(new LogIndex(2), new Term(2)), log.Writer.Tail.Point);
    }

    [Fact]
    public void Truncate_and_reset_outlive_a_restart()
    {
        var log = Open();
        Append(log, 1, 1, 1);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(new LogIndex(2), out _));
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.FromSeconds(1));
        log = Open();
        Assert.Equal(2, log.Writer.Tail.Index.Value);
        Assert.Equal(2, log.Writer.Tail.NextEntry.Value);
        var elsewhere = new Tail(new LogIndex(100), new Term(1), new EntryIndex(500));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryReset(new LogBase(elsewhere), out _));
        Append(log, 1);
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.FromSeconds(1));
        log = Open();
        Assert.Equal(elsewhere, log.Reader.Base);
        Assert.Equal(101, log.Writer.Tail.Index.Value);
        Assert.Equal(new LogIndex(101), log.Reader.Find(new EntryIndex(500)));
        Assert.Null(log.Reader.Find(new EntryIndex(499)));
    }

    [Fact]
    public void A_read_gives_at_least_one_batch_and_stops_at_its_limit()
    {
        var log = Open();
        Append(log, 1, 1, 1);
        var batches = new List<Batch>();
        Assert.Equal(ReadOutcome.Found, log.Reader.Read(new LogIndex(2), 1, batches));
        Assert.Equal([2L], batches.Select(batch => batch.Index.Value));
        Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(LogIndex.None, 1, batches));
        Assert.Equal(ReadOutcome.AboveTail, log.Reader.Read(new LogIndex(4), 1, batches));
    }

    [Theory]
    [InlineData(CrashLoss.DropUnsynced)]
    [InlineData(CrashLoss.KeepWritten)]
    [InlineData(CrashLoss.Random)]
    public void A_save_cut_short_leaves_the_old_or_the_new_state(CrashLoss loss)
    {
        var seen = new HashSet<long>();
        for (var i = 1; i <= 40; i++)
        {
            var log = Open();
            var before = log.HardState.Loaded.Term.Value;
            var said = false;
            log.HardState.Save(new HardState(new Term(before + 1), "n0", []), _ => said = true);
            Crash(loss, after: TimeSpan.FromMicroseconds(20));
            Assert.False(said);
            seen.Add(Open().HardState.Loaded.Term.Value - before);
            Crash(loss, after: TimeSpan.Zero);
        }

        Assert.Equal(loss == CrashLoss.DropUnsynced ? [0L] : [0L, 1L], seen.Order());
    }

    [Fact]
    public void A_save_that_was_reported_stays()
    {
        var log = Open();
        string? reason = "not yet";
        log.HardState.Save(new HardState(new Term(7), "n1", []), r => reason = r);
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Null(reason);
        Crash(CrashLoss.Random, after: TimeSpan.Zero);
        Assert.Equal("n1", Open().HardState.Loaded.VotedFor);
    }

    [Fact]
    public void A_stall_is_reported_after_a_second_and_again_when_it_ends()
    {
        var log = Open();
        _disk.Stall(true);
        log.Writer.TryAppend(Next(log, 1), out var endsAt);
        _world.RunFor(TimeSpan.FromMilliseconds(900));
        Assert.Empty(_recorder.Reports);
        _world.RunFor(TimeSpan.FromMilliseconds(200));
        Assert.Equal(["stalled: True"], _recorder.Reports);
        _disk.Stall(false);
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(["stalled: True", "stalled: False"], _recorder.Reports);
        Assert.Equal(endsAt, _recorder.FlushedTo);
    }

    [Fact]
    public void A_pause_of_the_process_is_no_stall()
    {
        var log = Open();
        log.Writer.TryAppend(Next(log, 1), out var endsAt);
        _node.Pause();
        _world.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(default, _recorder.FlushedTo);
        _node.Resume();
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(endsAt, _recorder.FlushedTo);
        Assert.Empty(_recorder.Reports);
    }

    [Fact]
    public void A_failure_is_final_until_the_disk_is_repaired()
    {
        var log = Open();
        _disk.FailNext("broken");
        log.Writer.TryAppend(Next(log, 1), out _);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(["failed: broken"], _recorder.Reports);
        Assert.Equal(default, _recorder.FlushedTo);
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryAppend(Next(log, 1), out _));
        string? reason = null;
        log.HardState.Save(HardState.Initial, r => reason = r);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal("broken", reason);
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.Zero);
        Assert.Throws<StoreException>(() => Open());
        _disk.Repair();
        Assert.Equal(Tail.Empty, Open().Writer.Tail);
    }

    [Fact]
    public void A_full_disk_takes_what_is_allocated_then_control_records_only_and_recovers()
    {
        _disk.SegmentBytes = 8192;
        var log = Open();
        _disk.Fill(true);
        var free = log.Writer.FreeBytes;
        var taken = 0L;
        while (true)
        {
            var batch = Next(log, 1, bodyBytes: 200);
            if (log.Writer.TryAppend(batch, out _) == WriteOutcome.DiskFull) break;
            taken += batch.Encoded.Length;
        }

        Assert.InRange(taken, free - 300, free);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, log.Writer.Tail, new Term(1)), out _));
        _disk.Fill(false);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(["space changed", "space changed"], _recorder.Reports);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Next(log, 1), out _));
    }

    [Fact]
    public void A_full_buffer_empties_by_itself()
    {
        _disk.UnflushedBytesMax = 300;
        var log = Open();
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Next(log, 1, bodyBytes: 200), out _));
        Assert.Equal(WriteOutcome.BufferFull, log.Writer.TryAppend(Next(log, 1, bodyBytes: 200), out _));
        _world.RunFor(TimeSpan.FromMilliseconds(10));
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Next(log, 1, bodyBytes: 200), out _));
    }

    [Fact]
    public void Retention_keeps_the_last_committed_batch()
    {
        _disk.RetentionBytes = 1;
        var log = Open();
        Append(log, 1, 1, 1, 1);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Null(log.Writer.FindNewBase(new LogIndex(1)));
        var newBase = new LogBase(log.Writer.FindNewBase(new LogIndex(3))!.Value, new byte[] { 7 });
        log.Writer.MoveBase(newBase);
        Assert.Empty(_recorder.Reports);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(["base moved: 2"], _recorder.Reports);
        Assert.Equal(2, log.Reader.Base.Index.Value);
        Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(new LogIndex(2), 1, []));
        Crash(CrashLoss.KeepWritten, after: TimeSpan.FromSeconds(1));
        Assert.Equal(newBase, Open().Writer.Base);
    }

    [Fact]
    public void A_base_that_was_not_synced_goes_with_the_power()
    {
        _disk.RetentionBytes = 1;
        var log = Open();
        Append(log, 1, 1, 1, 1);
        _world.RunFor(TimeSpan.FromSeconds(1));
        log.Writer.MoveBase(new LogBase(log.Writer.FindNewBase(new LogIndex(3))!.Value));
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.Zero);
        Assert.Equal(LogBase.Empty, Open().Writer.Base);
        Assert.Empty(_recorder.Reports);
    }

    [Fact]
    public void A_checkpoint_is_asked_for_and_found_as_long_as_its_batch_is_in_the_log()
    {
        _disk.CheckpointBytes = 500;
        var log = Open();
        while (!_recorder.Reports.Contains("checkpoint due"))
        {
            Append(log, 1);
            _world.RunFor(TimeSpan.FromSeconds(1));
        }

        var kept = new LogBase(log.Writer.Tail, new byte[] { 1, 2 });
        log.Writer.KeepCheckpoint(kept);
        Append(log, 1);
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.FromSeconds(1));
        log = Open();
        Assert.Equal(kept, log.FoundCheckpoint);
        log.Writer.TryTruncate(kept.Index.Previous, out _);
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.FromSeconds(1));
        Assert.Null(Open().FoundCheckpoint);
    }

    [Fact]
    public void A_wiped_folder_has_another_store_id_and_an_open_one_is_in_use()
    {
        var log = Open();
        Append(log, 1);
        var first = _store!.StoreId;
        Assert.Throws<StoreException>(() => new SimLogStoreFactory(_disk).Open("g", "n0"));
        Crash(CrashLoss.KeepWritten, after: TimeSpan.FromSeconds(1));
        _disk.Wipe();
        Assert.Equal(Tail.Empty, Open().Writer.Tail);
        Assert.NotEqual(first, _store!.StoreId);
    }

    [Fact]
    public void A_log_above_its_hard_state_is_damage()
    {
        var log = Open(hardTerm: 1);
        log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, Tail.Empty, new Term(2)), out _);
        Crash(CrashLoss.KeepWritten, after: TimeSpan.FromSeconds(1));
        Assert.Throws<StoreDamagedException>(() => Open());
    }

    [Fact]
    public void Two_groups_share_one_write_ahead_log()
    {
        var log = Open();
        var other = _store!.OpenGroup("other", new Recorder());
        log.HardState.Save(new HardState(new Term(1), null, []), _ => { });
        other.HardState.Save(new HardState(new Term(1), null, []), _ => { });
        Append(log, 1);
        other.Writer.TryAppend(Next(other, 1), out var endsAt);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(endsAt, _recorder.FlushedTo);
        Crash(CrashLoss.DropUnsynced, after: TimeSpan.Zero);
        Assert.Equal(1, Open().Writer.Tail.Index.Value);
    }

    [Fact]
    public void Recovery_finds_all_that_was_flushed_and_only_a_prefix_of_what_was_written() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 5].Array[1, 40], Gen.Enum<CrashLoss>())
            .Sample((seed, moves, loss) => RecoversAPrefix(seed, moves, loss), iter: 300);

    private static void RecoversAPrefix(ulong seed, int[] moves, CrashLoss loss)
    {
        var world = new World(seed);
        var node = world.AddNode("n0");
        var disk = new SimDisk(node);
        node.Start("disk");
        var recorder = new Recorder();
        var log = new SimLogStoreFactory(disk).Open("g", "n0").OpenGroup("g", recorder);
        log.HardState.Save(new HardState(new Term(1000), null, []), _ => { });
        world.RunFor(TimeSpan.FromSeconds(1));
        var term = 1L;
        var states = new List<(WalAddress EndsAt, string Points)> { (default, Points(log)) };
        foreach (var move in moves)
        {
            var endsAt = default(WalAddress);
            var tail = log.Writer.Tail;
            switch (move)
            {
                case 0 when tail.Index.Value > 0:
                    log.Writer.TryTruncate(new LogIndex(world.Random.NextInt64(0, tail.Index.Value)), out endsAt);
                    break;
                case 1 when tail.Index.Value > 0:
                    var previous = log.Reader.PointAt(new LogIndex(world.Random.NextInt64(0, tail.Index.Value)))!.Value;
                    log.Writer.TryAppend(
                        Batch.Control(BatchKind.NoOp, new Tail(previous.Index, previous.Term, EntryIndex.Zero), new Term(++term)), out endsAt);
                    break;
                case 2:
                    world.RunFor(TimeSpan.FromMilliseconds(world.Random.NextDouble() * 3));
                    continue;
                default:
                    log.Writer.TryAppend(Batch.Control(BatchKind.NoOp, tail, new Term(term)), out endsAt);
                    break;
            }

            states.Add((endsAt, Points(log)));
        }

        node.Kill();
        disk.Crash(loss);
        var found = Points(new SimLogStoreFactory(disk).Open("g", "n0").OpenGroup("g", new Recorder()));
        var allowed = states.Where(state => state.EndsAt >= recorder.FlushedTo).Select(state => state.Points);
        Assert.Contains(found, allowed);

        static string Points(IGroupLog log)
        {
            var batches = new List<Batch>();
            log.Reader.Read(log.Reader.Base.Index.Next, int.MaxValue, batches);
            return string.Join(' ', batches.Select(batch => batch.Point));
        }
    }

    /// <summary>Opens the store in a new process, with a hard state that fits batches of term 1.</summary>
    private IGroupLog Open(long hardTerm = 1)
    {
        if (!_node.IsUp) _node.Start("disk");
        _recorder = new Recorder();
        if (_store is null)
        {
            _store = new SimLogStoreFactory(_disk).Open("g", "n0");
            var bare = _store.OpenGroup("g", _recorder);
            if (bare.HardState.Loaded.Term.Value >= hardTerm) return bare;
            bare.HardState.Save(bare.HardState.Loaded with { Term = new Term(hardTerm) }, _ => { });
            bare.Dispose();
            _world.RunFor(TimeSpan.FromSeconds(1));
        }

        return _store.OpenGroup("g", _recorder);
    }

    private void Crash(CrashLoss loss, TimeSpan after)
    {
        _world.RunFor(after);
        _node.Kill();
        _disk.Crash(loss);
        _store = null;
    }

    private static Batch Next(IGroupLog log, long term, int bodyBytes = 3) => Batch.Entries(log.Writer.Tail, new Term(term), [new byte[bodyBytes]]);

    private static void Append(IGroupLog log, params long[] terms)
    {
        foreach (var term in terms) Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(Next(log, term), out _));
    }
}
