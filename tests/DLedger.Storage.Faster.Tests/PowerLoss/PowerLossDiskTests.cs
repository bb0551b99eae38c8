using Xunit;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>The simulated disk itself: it must be as cruel as a real one, and no crueller.</summary>
public sealed class PowerLossDiskTests
{
    private const int Runs = 300;

    [Fact]
    public void Synced_writes_survive_and_others_may_not()
    {
        var outcomes = new HashSet<string>();
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var files = disk.Boot();
            var file = Create(files, "a");
            file.Write(0, Filled(1024, 1));
            file.Sync();
            file.Write(512, Filled(1024, 2));
            disk.PowerFails();
            var content = disk.Content("a");
            Assert.Equal(Filled(512, 1), content[..512]);
            Assert.True(content.Length is 1024 or 1536);
            Assert.All(content[512..1024], value => Assert.True(value is 1 or 2));
            Assert.All(content[1024..], value => Assert.True(value is 0 or 2));
            var middle = content[512..1024].Distinct().Count() > 1 ? "torn" : content[512] == 1 ? "old" : "new";
            outcomes.Add($"{middle} {content.Length} {(content.Length == 1536 ? content[1024] : -1)}");
        }

        string[] possible = ["torn 1024 -1", "old 1024 -1", "new 1024 -1", "old 1536 0", "new 1536 0", "old 1536 2", "new 1536 2"];
        Assert.Superset(possible.ToHashSet(), outcomes);
    }

    [Fact]
    public void Every_subset_of_unsynced_sectors_can_survive()
    {
        var subsets = new HashSet<int>();
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var file = Create(disk.Boot(), "a");
            file.Allocate(3 * 512);
            file.Sync();
            for (var i = 0; i < 3; i++) file.Write(i * 512, Filled(512, 1));
            disk.PowerFails();
            var content = disk.Content("a");
            Assert.Equal(3 * 512, content.Length);
            subsets.Add(content[100] | (content[612] << 1) | (content[1124] << 2));
        }

        Assert.Equal(8, subsets.Count);
    }

    [Fact]
    public void Safety_19_a_sync_covers_only_writes_that_returned_before_it_began()
    {
        var lost = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var files = disk.Boot();
            var file = Create(files, "a");
            file.Allocate(1024);
            file.Write(0, Filled(512, 1));
            files.StallSyncs();
            var begun = files.Operations;
            var sync = new Thread(file.Sync) { IsBackground = true };
            sync.Start();
            SpinWait.SpinUntil(() => files.Operations > begun);
            file.Write(512, Filled(512, 2));
            files.EndStall();
            sync.Join();
            disk.PowerFails();
            var content = disk.Content("a");
            Assert.Equal(Filled(512, 1), content[..512]);
            if (content[1023] == 0) lost++;
        }

        Assert.InRange(lost, 1, Runs - 1);
    }

    [Fact]
    public void A_file_survives_for_sure_only_after_a_folder_sync_and_a_deleted_one_may_come_back()
    {
        int createdGone = 0, deletedBack = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var files = disk.Boot();
            Create(files, "kept").Sync();
            var old = Create(files, "old");
            old.Write(0, Filled(10, 7));
            old.Sync();
            files.Delete("old");
            var created = files.Open("created", create: true);
            created.Write(0, Filled(10, 8));
            created.Sync();
            Assert.False(files.Exists("old"));
            Assert.Equal(["created", "kept"], files.List());
            disk.PowerFails();
            Assert.Contains("kept", disk.Names());
            if (!disk.Names().Contains("created")) createdGone++;
            else Assert.Equal(Filled(10, 8), disk.Content("created"));
            if (!disk.Names().Contains("old")) continue;
            deletedBack++;
            Assert.Equal(Filled(10, 7), disk.Content("old"));
        }

        Assert.InRange(createdGone, 1, Runs - 1);
        Assert.InRange(deletedBack, 1, Runs - 1);
    }

    [Fact]
    public void Safety_23_a_killed_process_leaves_its_cache_behind_but_the_next_power_loss_may_take_it()
    {
        var lost = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var file = Create(disk.Boot(), "a");
            file.Write(0, Filled(512, 1));
            disk.Kill();
            var again = disk.Boot();
            var read = new byte[512];
            Assert.Equal(512, again.Open("a", create: false).Read(0, read));
            Assert.Equal(Filled(512, 1), read);
            Assert.Throws<PowerLostException>(() => file.Write(0, read));
            disk.PowerFails();
            if (disk.Content("a") is [] or [0, ..]) lost++;
        }

        Assert.InRange(lost, 1, Runs - 1);
    }

    [Fact]
    public void Safety_24_after_a_failed_sync_another_one_saves_nothing()
    {
        var lost = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var disk = new PowerLossDisk(seed);
            var files = disk.Boot();
            var file = Create(files, "a");
            file.Allocate(512);
            file.Sync();
            file.Write(0, Filled(512, 1));
            files.Fail(DiskOperation.Sync, 1);
            Assert.Throws<IOException>(file.Sync);
            file.Sync();
            disk.PowerFails();
            if (disk.Content("a")[511] == 0) lost++;
        }

        Assert.InRange(lost, 1, Runs - 1);
    }

    [Fact]
    public void A_machine_that_dies_in_an_operation_answers_nothing_more()
    {
        var disk = new PowerLossDisk(1);
        var files = disk.Boot();
        var file = Create(files, "a");
        files.DieAfter(1);
        file.Write(0, [1]);
        Assert.Throws<PowerLostException>(() => file.Write(1, [2]));
        Assert.Throws<PowerLostException>(file.Sync);
        Assert.Throws<PowerLostException>(() => files.Open("b", create: true));
        Assert.True(files.IsDead);
        disk.Kill();
        Assert.Equal([1, 2], disk.Content("a"));
        Assert.Contains("Write a 1+1", disk.Journal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_refuses_growth_and_leaves_the_file_as_it_was()
    {
        var disk = new PowerLossDisk(1) { CapacityBytes = 1_000 };
        var files = disk.Boot();
        var file = Create(files, "a");
        file.Allocate(900);
        Assert.Throws<DiskFullException>(() => file.Allocate(1_001));
        Assert.Throws<DiskFullException>(() => file.Write(900, new byte[101]));
        file.Write(0, Filled(900, 3));
        Assert.Equal(900, file.Length);
        files.Open("b", create: true).Allocate(100);
        files.Delete("b");
        file.Allocate(1_000);
    }

    [Fact]
    public void Safety_28_a_lock_goes_with_its_process()
    {
        var disk = new PowerLossDisk(1);
        var files = disk.Boot();
        var held = files.TryLock("lock");
        Assert.NotNull(held);
        Assert.Null(files.TryLock("lock"));
        held.Dispose();
        Assert.NotNull(files.TryLock("lock"));
        disk.Kill();
        Assert.NotNull(disk.Boot().TryLock("lock"));
    }

    private static IStoreFile Create(PowerLossFiles files, string name)
    {
        var file = files.Open(name, create: true);
        files.SyncFolder();
        return file;
    }

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
