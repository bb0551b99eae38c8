using DLedger.Core;
using DLedger.Storage.Faster.Tests.PowerLoss;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Damage;

/// <summary>What no power loss does: it is refused, file and offset are named, nothing is changed or deleted (SAFETY 21, 26).</summary>
public sealed class DamageTests : IDisposable
{
    private readonly StoreOnDisk _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void Safety_21_a_flipped_bit_that_the_next_start_would_scan_is_refused_at_its_place()
    {
        var batches = Filled(20);
        _store.Kill();
        var (file, offset) = _store.Flip(batches[5]);
        var damage = _store.OpenDamaged();
        Assert.Equal(file, damage.File);
        Assert.InRange(offset - damage.Offset, 0, 400);
    }

    [Fact]
    public void Safety_21_a_flipped_bit_anywhere_in_a_flushed_frame_is_refused()
    {
        var batches = Filled(20);
        _store.Kill();
        var (file, start) = _store.Find(batches[5]);
        var intact = _store.Disk.Content(file);
        for (var at = start - Frame.OverheadBytes; at < start + batches[5].Encoded.Length; at++)
        {
            _store.Disk.Flip(file, at, (byte)(1 << (int)(at % 8)));
            Assert.Equal(_store.Files.PathOf(file), _store.OpenDamaged().File);
            _store.Disk.Replace(file, intact);
        }

        _store.OpenWhole();
    }

    [Fact]
    public void Safety_21_a_clean_stop_proves_its_last_batch()
    {
        var batches = Filled(20);
        _store.StopCleanly();
        foreach (var name in Checkpoint.FileNames) _store.Disk.Remove(name);
        var (file, offset) = _store.Flip(batches[^1]);
        var damage = _store.OpenDamaged();
        Assert.Equal(file, damage.File);
        Assert.InRange(offset - damage.Offset, 0, 400);
    }

    [Fact]
    public void Safety_26_older_damage_is_met_by_the_read_and_stops_the_group()
    {
        var batches = Filled(20);
        _store.StopCleanly();
        Assert.Null(_store.Verify().Damage);
        var (file, offset) = _store.Flip(batches[5]);
        var report = _store.Verify();
        Assert.Equal(file, report.DamagedFile);
        Assert.InRange(offset - report.DamagedAt, 0, 400);
        var driver = _store.Open();
        var into = new List<Batch>();
        Assert.Equal(ReadOutcome.Found, driver.Log.Reader.Read(batches[0].Index, 1, into));
        var damage = Assert.Throws<StoreDamagedException>(() => driver.Log.Reader.Read(batches[5].Index, 1, into));
        Assert.Equal(file, damage.File);
        Assert.InRange(offset - damage.Offset, 0, 400);
        Assert.Single(into);
        Assert.Contains(file, driver.Listener.WaitFailed(), StringComparison.Ordinal);
        Assert.Equal(WriteOutcome.Failed, driver.Log.Writer.TryAppend(driver.NewBatch(driver.Model.Tail.Index, new Term(1), 1), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_missing_segment_is_refused_by_name(int which)
    {
        Filled(90, bodyBytes: 4_000);
        _store.StopCleanly();
        var name = StoreOnDisk.Segments(_store.Disk).ElementAt(which);
        _store.Disk.Remove(name);
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_truncated_segment_is_refused_by_name(int which)
    {
        Filled(90, bodyBytes: 4_000);
        _store.StopCleanly();
        var name = StoreOnDisk.Segments(_store.Disk).ElementAt(which);
        _store.Disk.Replace(name, _store.Disk.Content(name).AsSpan(0, 10_000));
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
    }

    [Fact]
    public void A_segment_of_zeros_is_refused()
    {
        Filled(90, bodyBytes: 4_000);
        _store.Kill();
        var name = StoreOnDisk.Segments(_store.Disk).ElementAt(1);
        _store.Disk.Replace(name, new byte[_store.Disk.Content(name).Length]);
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
    }

    [Theory]
    [InlineData(HardStateRecord.FileName)]
    [InlineData(WalMeta.FileName)]
    [InlineData(StoreIdentity.FileName)]
    public void A_missing_small_file_beside_a_log_is_refused(string name)
    {
        Filled(3);
        _store.StopCleanly();
        _store.Disk.Remove(name);
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
    }

    [Theory]
    [InlineData(HardStateRecord.FileName)]
    [InlineData(WalMeta.FileName)]
    [InlineData(StoreIdentity.FileName)]
    public void A_small_file_with_one_damaged_slot_is_read_from_the_other_and_with_two_refused(string name)
    {
        Filled(3);
        Assert.Null(_store.Driver.Save(new HardState(new Term(8), "n2", [])));
        _store.StopCleanly();
        for (var slot = 0; slot < 2; slot++)
        {
            // Every opening writes both slots anew.
            _store.Disk.Flip(name, (slot * SlotBytesOf(name)) + 25);
            Assert.Equal(new Term(8), _store.OpenWhole().Log.HardState.Loaded.Term);
            _store.StopCleanly();
        }

        _store.Disk.Flip(name, 25);
        _store.Disk.Flip(name, SlotBytesOf(name) + 25);
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
        _store.Disk.Replace(name, []);
        Assert.Equal(_store.Files.PathOf(name), _store.OpenDamaged().File);
    }

    private static int SlotBytesOf(string name) => name switch
    {
        HardStateRecord.FileName => HardStateRecord.SlotBytes,
        WalMeta.FileName => WalMeta.SlotBytes,
        _ => SlotFile.BlockBytes,
    };

    [Fact]
    public void Safety_01_a_hard_state_older_than_the_log_is_damage()
    {
        var driver = _store.Open();
        Assert.Null(driver.Save(new HardState(new Term(1), null, [])));
        driver.Append(1, 10);
        _store.StopCleanly();
        var old = _store.Disk.Content(HardStateRecord.FileName);
        driver = _store.OpenWhole();
        Assert.Null(driver.Save(new HardState(new Term(2), null, [])));
        driver.Append(2, 10);
        _store.StopCleanly();
        _store.Disk.Replace(HardStateRecord.FileName, old);
        Assert.Equal(_store.Files.PathOf(HardStateRecord.FileName), _store.OpenDamaged().File);
    }

    [Fact]
    public void Damaged_checkpoints_only_cost_time()
    {
        Filled(200, bodyBytes: 1_000);
        _store.Driver.Truncate(new LogIndex(150));
        _store.Driver.Append(1, 5);
        _store.StopCleanly();
        Assert.Contains(_store.Disk.Names(), name => Checkpoint.FileNames.Contains(name));
        foreach (var name in Checkpoint.FileNames.Intersect(_store.Disk.Names())) _store.Disk.Flip(name, 40);
        _store.OpenWhole();
        _store.StopCleanly();
        foreach (var name in Checkpoint.FileNames.Intersect(_store.Disk.Names())) _store.Disk.Replace(name, new byte[3]);
        _store.OpenWhole();
        _store.StopCleanly();
        foreach (var name in Checkpoint.FileNames.Intersect(_store.Disk.Names())) _store.Disk.Replace(name, []);
        _store.OpenWhole();
        _store.StopCleanly();
        _store.OpenWhole();
    }

    [Fact]
    public void Without_a_checkpoint_to_start_from_old_damage_is_found_at_opening()
    {
        var batches = Filled(20);
        _store.StopCleanly();
        foreach (var name in Checkpoint.FileNames) _store.Disk.Remove(name);
        var (file, _) = _store.Flip(batches[2]);
        Assert.Equal(file, _store.OpenDamaged().File);
    }

    [Fact]
    public void Safety_21_old_frames_of_equal_length_behind_a_cut_tail_stay_dead()
    {
        Filled(3);
        var driver = _store.Driver;
        // While one sync hangs, three frames of equal length gather; they know of nothing flushed behind the first. Each is longer than a sector, so
        // that writing over one leaves the one after the next whole.
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        var old = new[] { driver.Append(1, 600), driver.Append(1, 600), driver.Append(1, 600) };
        _store.Files.EndStall();
        driver.Flush();
        _store.KillAndRestart();
        _store.Flip(old[0]);
        _store.Model.Truncate(old[0].Index.Previous);
        driver = _store.OpenWhole();
        var instead = driver.Append(1, 600);
        driver.Flush();
        _store.Kill();
        Assert.Equal(_store.Find(instead).File, _store.Find(old[2]).File);
        _store.OpenWhole();
        _store.StopCleanly();
        _store.OpenWhole();
    }

    [Fact]
    public void Safety_21_an_old_frame_at_the_exact_next_place_and_number_stays_dead()
    {
        const int Sector = 512;
        Filled(3);
        var driver = _store.Driver;
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        var start = driver.EndsAt.Value;
        // Two frames up to the start of a sector, so that writing over them leaves the third one whole.
        var room = (((start + 600) / Sector) + 1) * Sector - start;
        var torn = driver.Append(1, 200);
        driver.Append(1, BodyFor(room - Frame.SizeOf(torn.Encoded.Length)));
        Assert.Equal(start + room, driver.EndsAt.Value);
        var old = driver.Append(1, 200);
        _store.Files.EndStall();
        driver.Flush();
        _store.KillAndRestart();
        _store.Flip(torn);
        _store.Model.Truncate(torn.Index.Previous);
        driver = _store.OpenWhole();
        // The opening's mark and this batch: as many frames, and as many bytes.
        driver.Append(1, BodyFor(room - Frame.SizeOf(0)));
        Assert.Equal(start + room, driver.EndsAt.Value);
        driver.Flush();
        _store.Kill();
        Assert.Equal(start + room, _store.Find(old).Offset - Frame.OverheadBytes);
        _store.OpenWhole();

        static int BodyFor(long frameBytes) => (int)(frameBytes - Frame.OverheadBytes - Batch.EncodedBytes(0, 1));
    }

    [Fact]
    public void Safety_21_frames_lost_before_a_page_boundary_cut_the_log_there()
    {
        Filled(3);
        var driver = _store.Driver;
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        var lost = driver.Append(1, 200);
        // Does not fit what is left of the page: FASTER leaves zeros and goes on at the next one.
        var kept = driver.Append(1, SmallStore.Smallest.MaxBodyBytes);
        var beyond = driver.Append(1, SmallStore.Smallest.MaxBodyBytes);
        _store.Files.EndStall();
        driver.Flush();
        _store.KillAndRestart();
        var (file, offset) = _store.Find(lost);
        var content = _store.Disk.Content(file);
        content.AsSpan((int)offset - Frame.OverheadBytes, Frame.SizeOf(lost.Encoded.Length) + Frame.SizeOf(kept.Encoded.Length)).Clear();
        _store.Disk.Replace(file, content);
        Assert.Equal(SmallStore.Smallest.PageBytes, _store.Find(beyond).Offset - Frame.OverheadBytes);
        _store.Model.Truncate(lost.Index.Previous);
        driver = _store.OpenWhole();
        driver.Append(1, 10);
        driver.Flush();
        _store.Kill();
        _store.OpenWhole();
    }

    [Fact]
    public void Safety_21_an_old_frame_on_the_next_page_stays_dead_behind_a_checkpoint()
    {
        Filled(3);
        var driver = _store.Driver;
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        var lost = driver.Append(1, SmallStore.Smallest.MaxBodyBytes);
        var old = driver.Append(1, SmallStore.Smallest.MaxBodyBytes);
        _store.Files.EndStall();
        driver.Flush();
        _store.KillAndRestart();
        var (file, offset) = _store.Find(lost);
        var content = _store.Disk.Content(file);
        content.AsSpan((int)offset - Frame.OverheadBytes, Frame.SizeOf(lost.Encoded.Length)).Clear();
        _store.Disk.Replace(file, content);
        _store.Model.Truncate(lost.Index.Previous);
        _store.OpenWhole();
        // The opening's mark took the number of the lost frame, and the stop left a checkpoint behind it: what follows by number and place is an
        // older incarnation's.
        _store.StopCleanly();
        Assert.Equal(SmallStore.Smallest.PageBytes, _store.Find(old).Offset - Frame.OverheadBytes);
        _store.OpenWhole();
    }

    [Fact]
    public void Safety_21_a_torn_last_frame_is_cut_off_and_the_log_goes_on()
    {
        var batches = Filled(5);
        _store.KillAndRestart();
        _store.Flip(batches[^1]);
        _store.Model.Truncate(batches[^2].Index);
        var driver = _store.OpenWhole();
        driver.Append(1, 300);
        driver.Flush();
        _store.Kill();
        _store.OpenWhole();
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_last_round_after_a_kill_is_refused_as_long_as_the_machine_runs()
    {
        var batches = Filled(3);
        var driver = _store.Driver;
        // One round of several frames, small and large, which no later frame and no mark speaks of.
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        foreach (var bytes in new[] { 20, 0, 700, 9_000, 5, 40 }) batches.Add(driver.Append(1, bytes));
        _store.Files.EndStall();
        driver.Flush();
        _store.Kill();
        foreach (var batch in batches.Skip(3))
        {
            var (file, start) = _store.Find(batch);
            var intact = _store.Disk.Content(file);
            for (var at = start - Frame.OverheadBytes; at < start + batch.Encoded.Length; at += batch.Encoded.Length > 1_000 ? 97 : 1)
            {
                _store.Disk.Flip(file, at, (byte)(1 << (int)(at % 8)));
                Assert.Equal(_store.Files.PathOf(file), _store.OpenDamaged().File);
                _store.Disk.Replace(file, intact);
            }
        }

        _store.OpenWhole();
    }

    [Fact]
    public void A_single_acked_entry_whose_only_frame_is_damaged_after_a_kill_is_never_taken_for_a_torn_tail()
    {
        var batches = Filled(1, bodyBytes: 11);
        _store.Kill();
        _store.Flip(batches[0]);
        var damage = _store.OpenDamaged();
        Assert.Contains("the machine has run ever since", damage.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_in_place_of_a_sector_of_the_last_round_after_a_kill_are_refused()
    {
        const int sector = 512;
        var batches = Filled(2, bodyBytes: 3_000);
        _store.Kill();
        var (file, start) = _store.Find(batches[^1]);
        var intact = _store.Disk.Content(file);
        // All but the last one, without which it looks like a write that was cut short.
        for (var at = (start / sector + 1) * sector; at < (start + batches[^1].Encoded.Length) / sector * sector; at += sector)
        {
            var damaged = (byte[])intact.Clone();
            damaged.AsSpan((int)at, sector).Clear();
            _store.Disk.Replace(file, damaged);
            Assert.Equal(_store.Files.PathOf(file), _store.OpenDamaged().File);
        }
    }

    [Fact]
    public void A_length_that_reads_zero_in_the_last_round_after_a_kill_does_not_pass_for_the_rest_of_a_page()
    {
        var batches = Filled(3);
        var driver = _store.Driver;
        _store.Files.StallSyncs();
        driver.Append(1, 10);
        foreach (var bytes in new[] { 20, 300, 40 }) batches.Add(driver.Append(1, bytes));
        _store.Files.EndStall();
        driver.Flush();
        _store.Kill();
        foreach (var batch in batches.Skip(3))
        {
            var (file, start) = _store.Find(batch);
            var intact = _store.Disk.Content(file);
            var damaged = (byte[])intact.Clone();
            damaged.AsSpan((int)start - Frame.OverheadBytes, Frame.FasterHeaderBytes).Clear();
            _store.Disk.Replace(file, damaged);
            Assert.Equal(_store.Files.PathOf(file), _store.OpenDamaged().File);
            _store.Disk.Replace(file, intact);
        }

        _store.OpenWhole();
    }

    [Fact]
    public void A_write_that_a_kill_cut_short_is_a_torn_tail_wherever_it_was_cut()
    {
        const int sector = 512;
        var batches = Filled(3, bodyBytes: 200);
        var driver = _store.Driver;
        var before = _store.Find(batches[^1]).File;
        var intact = _store.Disk.Content(before);
        var cut = driver.Append(1, 7_000);
        driver.Flush();
        _store.Kill();
        _store.Model.Truncate(cut.Index.Previous);
        var (file, start) = _store.Find(cut);
        Assert.Equal(before, file);
        var whole = _store.Disk.Content(file);
        for (var end = start / sector * sector; end < start + cut.Encoded.Length; end += sector)
        {
            // The system copies a write from its start on; what follows is as it was.
            var torn = (byte[])intact.Clone();
            whole.AsSpan(0, (int)Math.Max(end, start - Frame.OverheadBytes)).CopyTo(torn);
            _store.Disk.Replace(file, torn);
            Assert.Null(_store.Verify().Damage);
        }

        driver = _store.OpenWhole();
        driver.Append(1, 300);
        driver.Flush();
        _store.Kill();
        _store.OpenWhole();
    }

    /// <summary>Appends so many batches, each flushed before the next: each proves the one before.</summary>
    private List<Batch> Filled(int count, int bodyBytes = 200)
    {
        var driver = _store.Open();
        Assert.Null(driver.Save(new HardState(new Term(1), "n0", [])));
        var batches = new List<Batch>();
        for (var i = 0; i < count; i++)
        {
            batches.Add(driver.Append(1, bodyBytes));
            driver.Flush();
        }

        return batches;
    }
}
