using DLedger.Core;
using DLedger.Storage.Faster.Tests.PowerLoss;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Damage;

/// <summary>A small store on a disk in memory that tests open, fill, stop in one of several ways, damage, and open again.</summary>
internal sealed class StoreOnDisk : IDisposable
{
    private ILogStore? _store;
    private LogDriver? _driver;

    /// <summary>No checkpoint and no mark comes by itself, and no zeros cover what earlier lives left behind the end.</summary>
    public StoreSettings Options { get; init; } =
        SmallStore.Smallest with { CheckpointBytes = 1L << 30, IdleMarkAfter = TimeSpan.FromHours(1), ZeroAheadBytes = 0 };

    public PowerLossDisk Disk { get; } = new(seed: 1);

    public ModelLog Model { get; private set; } = new();

    public PowerLossFiles Files { get; private set; } = null!;

    public LogDriver Driver => _driver ?? throw new InvalidOperationException("The store is not open.");

    public bool IsOpen => _driver is not null;

    public static IEnumerable<string> Segments(PowerLossDisk disk) => disk.Names().Where(name => WalGeometry.SegmentNumber(name) is not null);

    public LogDriver Open()
    {
        Files = Disk.Boot();
        var listener = new RecordingListener();
        _store = new FasterLedgerFactory(Options, Files, TimeProvider.System).Open("g", "n0");
        _driver = new LogDriver(_store.OpenGroup("g", listener), listener, Model);
        return _driver;
    }

    /// <summary>Opens and expects all of the model.</summary>
    public LogDriver OpenWhole()
    {
        var driver = Open();
        driver.Check();
        return driver;
    }

    /// <summary>Opens and expects damage to be named; nothing stays open, and nothing on the disk was changed.</summary>
    public StoreDamagedException OpenDamaged()
    {
        var before = Disk.Names().ToDictionary(name => name, Disk.Content);
        var damage = Assert.Throws<StoreDamagedException>(() =>
        {
            Open();
        });
        Assert.NotNull(damage.File);
        Assert.True(damage.Offset >= 0);
        Assert.Contains(damage.File, damage.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', damage.Message);
        Close();
        Assert.Equal(damage.Message, Verify().Damage);
        Assert.Equal(before.Keys.Order(StringComparer.Ordinal), Disk.Names().Where(name => name != "lock" || before.ContainsKey(name)));
        foreach (var (name, content) in before)
            Assert.True(content.AsSpan().SequenceEqual(Disk.Content(name)), $"{name} was changed although it was refused.");
        return damage;
    }

    /// <summary>Checks the whole store; nobody may have it open.</summary>
    public VerifyReport Verify()
    {
        var files = Disk.Boot();
        var report = StoreVerifier.Verify(files);
        Disk.Kill();
        return report;
    }

    /// <summary>A clean stop: mark and checkpoint are written.</summary>
    public void StopCleanly() => Close();

    /// <summary>kill -9, with everything in the page cache and on the disk.</summary>
    public void Kill()
    {
        Disk.Kill();
        Release();
    }

    /// <summary>
    /// kill -9, and then the machine stops, by chance without losing anything: what a sector holds from now on says nothing about those before it.
    /// </summary>
    public void KillAndRestart()
    {
        Kill();
        Disk.Restarts();
    }

    public void PowerFails()
    {
        Disk.PowerFails();
        Release();
    }

    /// <summary>Where a batch's bytes stand.</summary>
    public (string File, long Offset) Find(Batch batch)
    {
        foreach (var name in Segments(Disk))
        {
            var at = Disk.Content(name).AsSpan().IndexOf(batch.Encoded.Span);
            if (at >= 0) return (name, at);
        }

        throw new InvalidOperationException($"{batch} is in no segment.");
    }

    /// <summary>Flips a bit in the middle of a batch.</summary>
    public (string File, long Offset) Flip(Batch batch)
    {
        var (file, offset) = Find(batch);
        offset += batch.Encoded.Length / 2;
        Disk.Flip(file, offset);
        return (Files.PathOf(file), offset);
    }

    public void Dispose() => Close();

    private void Close()
    {
        Release();
        Disk.Kill();
    }

    private void Release()
    {
        _driver?.Log.Dispose();
        _store?.Dispose();
        _driver = null;
        _store = null;
    }
}
