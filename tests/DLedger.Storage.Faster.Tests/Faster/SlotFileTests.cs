using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

public sealed class SlotFileTests : IDisposable
{
    private const string Name = "slots";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_save_is_read_back()
    {
        using (var slots = SlotFile.Create(_folder.Files, Name, [1])) slots.Save([2, 3]);
        using var again = SlotFile.TryOpen(_folder.Files, Name, out _);
        Assert.Equal([2, 3], again!.Payload);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Safety_01_one_damaged_slot_loses_nothing_once_the_copy_was_made(int slot)
    {
        using (var slots = SlotFile.Create(_folder.Files, Name, [1]))
        {
            slots.Save([2]);
            slots.Copy();
        }

        TestFolder.Flip(_folder.PathOf(Name), (slot * SlotFile.BlockBytes) + 20);
        using var again = SlotFile.TryOpen(_folder.Files, Name, out _);
        Assert.Equal([2], again!.Payload);
    }

    [Fact]
    public void Safety_01_a_save_torn_by_a_power_loss_leaves_the_one_before()
    {
        using (var slots = SlotFile.Create(_folder.Files, Name, [1])) slots.Save([2]);
        TestFolder.Flip(_folder.PathOf(Name), 20);
        using var again = SlotFile.TryOpen(_folder.Files, Name, out _);
        Assert.Equal([1], again!.Payload);
    }

    [Fact]
    public void Safety_01_a_save_is_synced_before_it_is_said_and_copied_before_the_next()
    {
        using var slots = SlotFile.Create(_folder.Files, Name, [1]);
        _folder.Files.Forget();
        slots.Save([2]);
        Assert.Equal(["write slots 0+4096", "sync slots"], _folder.Files.Trace);
        slots.Save([3]);
        Assert.Equal(
            ["write slots 0+4096", "sync slots", "write slots 4096+4096", "sync slots", "write slots 0+4096", "sync slots"], _folder.Files.Trace);
    }

    [Fact]
    public void Safety_23_the_chosen_slot_is_rewritten_in_place_before_the_other()
    {
        SlotFile.Create(_folder.Files, Name, [1]).Dispose();
        TestFolder.Flip(_folder.PathOf(Name), 20);
        using var slots = SlotFile.TryOpen(_folder.Files, Name, out _);
        _folder.Files.Forget();
        slots!.Rewrite();
        Assert.Equal(["write slots 4096+4096", "sync slots", "write slots 0+4096", "sync slots"], _folder.Files.Trace);
    }

    [Fact]
    public void Two_damaged_slots_and_a_missing_file_are_no_record()
    {
        Assert.Null(SlotFile.TryOpen(_folder.Files, Name, out var reason));
        Assert.Equal("the file is missing", reason);
        SlotFile.Create(_folder.Files, Name, [1]).Dispose();
        TestFolder.Flip(_folder.PathOf(Name), 20);
        TestFolder.Flip(_folder.PathOf(Name), SlotFile.BlockBytes);
        Assert.Null(SlotFile.TryOpen(_folder.Files, Name, out reason));
        Assert.Equal("neither of its two slots is intact", reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4076)]
    [InlineData(4077)]
    [InlineData(12_268)]
    public void A_record_of_any_size_that_fits_comes_back_and_takes_as_many_blocks_as_it_fills(int bytes)
    {
        const int SlotBytes = 3 * SlotFile.BlockBytes;
        byte[] record = [.. Enumerable.Range(0, bytes).Select(i => (byte)i)];
        using (var slots = SlotFile.Create(_folder.Files, Name, new byte[5000], SlotBytes))
        {
            _folder.Files.Forget();
            slots.Save(record);
            slots.Copy();
            var written = (bytes + 20 + 4095) / 4096 * 4096;
            Assert.Equal([$"write slots 0+{written}", "sync slots", $"write slots {SlotBytes}+{written}", "sync slots"], _folder.Files.Trace);
        }

        TestFolder.Flip(_folder.PathOf(Name), 20);
        using var again = SlotFile.TryOpen(_folder.Files, Name, out _, SlotBytes);
        Assert.Equal(record, again!.Payload);
        Assert.Throws<InvariantBrokenException>(() => again.Save(new byte[SlotFile.PayloadBytesMax(SlotBytes) + 1]));
    }

    [Theory]
    [InlineData('1', "no longer reads")]
    [InlineData('3', "or a later one")]
    public void A_slot_of_another_format_is_refused_in_one_line_that_says_what_to_do(char format, string what)
    {
        SlotFile.Create(_folder.Files, Name, [1]).Dispose();
        TestFolder.Overwrite(_folder.PathOf(Name), 3, (byte)format);
        TestFolder.Overwrite(_folder.PathOf(Name), SlotFile.BlockBytes + 3, (byte)format);
        var refused = Assert.Throws<StoreException>(() => SlotFile.TryOpen(_folder.Files, Name, out _));
        Assert.Contains($"format {format}", refused.Message, StringComparison.Ordinal);
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_hard_state_comes_back_as_it_was_saved()
    {
        var state = new HardState(new Term(7), "n2", [new KnownPeer("n1", Guid.NewGuid(), true), new KnownPeer("n2", Guid.NewGuid(), false)]);
        using (var log = _folder.Open()) Assert.Null(log.SaveTerm(state.Term.Value, state.VotedFor, [.. state.Peers]));
        using var again = _folder.Open();
        Assert.Equal(state.Term, again.Log.HardState.Loaded.Term);
        Assert.Equal(state.VotedFor, again.Log.HardState.Loaded.VotedFor);
        Assert.Equal(state.Peers, again.Log.HardState.Loaded.Peers);
    }

    [Fact]
    public void Safety_01_a_failed_save_is_said_and_final()
    {
        using var log = _folder.Open();
        _folder.Files.Before = (operation, name) =>
        {
            if (operation == "sync" && name == HardStateRecord.FileName) throw new IOException("No luck.");
        };
        Assert.Contains("No luck.", log.SaveTerm(1)!, StringComparison.Ordinal);
        _folder.Files.Before = null;
        Assert.Contains("No luck.", log.News.WaitFailed(), StringComparison.Ordinal);
        Assert.NotNull(log.SaveTerm(1));
    }

    [Fact]
    public void A_save_does_not_wait_behind_the_log()
    {
        using var held = new ManualResetEventSlim();
        using var log = _folder.Open();
        _folder.Files.Before = (_, name) =>
        {
            if (WalGeometry.SegmentNumber(name) is not null) held.Wait();
        };
        log.Append();
        Assert.Null(log.SaveTerm(3));
        held.Set();
    }
}
