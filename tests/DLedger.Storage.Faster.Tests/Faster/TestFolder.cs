using DLedger.Core;

namespace DLedger.Storage.Faster.Tests;

/// <summary>A store in a folder of its own, with small pages and segments, that can be opened again and again.</summary>
internal sealed class TestFolder : IDisposable
{
    public const string Group = "orders";
    public const string Node = "n0";
    public const int Page = 64 * 1024;
    public const int Segment = 256 * 1024;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dledger-test-");

    public TestFolder()
    {
        Options = new StoreSettings
        {
            Folder = Folder,
            PageBytes = Page,
            MemoryBytes = 4 * Page,
            SegmentBytes = Segment,
            CheckpointBytes = 64L * 1024 * 1024,
            CacheBytes = 4096,
            MaxBodyBytes = 16 * 1024,
            // Marks come when a test wants them.
            IdleMarkAfter = TimeSpan.FromHours(1),
        };
        Files = new TracedFiles(new OsStoreFiles(Folder));
    }

    public string Folder => _folder.FullName;

    public StoreSettings Options { get; set; }

    public TracedFiles Files { get; }

    /// <summary>The real one, unless a test wants to move it by hand.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    public StoreNews News { get; private set; } = new();

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string SegmentPath(long number) => PathOf(WalGeometry.SegmentName(number));

    public ILogStore OpenStore(string group = Group, string node = Node) => new FasterLedgerFactory(Options, Files, Time).Open(group, node);

    public OpenLog Open()
    {
        News = new StoreNews();
        var store = OpenStore();
        try
        {
            return new OpenLog(this, store, store.OpenGroup(Group, News));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>A copy of the folder as a killed process would leave it, open for the next one.</summary>
    /// <param name="machineStops">Whether another run of the machine opens it.</param>
    public TestFolder Killed(bool machineStops = false)
    {
        var copy = new TestFolder();
        if (machineStops) copy.Files.BootId = $"another than {Files.BootId}";
        copy.Options = Options with { Folder = copy.Folder };
        foreach (var file in _folder.GetFiles().Where(file => file.Name != "lock"))
        {
            try
            {
                file.CopyTo(copy.PathOf(file.Name));
            }
            catch (FileNotFoundException)
            {
                // Retention deletes behind the report of a new base: the process was killed after that, not before.
            }
        }

        return copy;
    }

    /// <summary>Changes bytes of a file that no store has open.</summary>
    public static void Overwrite(string path, long offset, params byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset;
        file.Write(bytes);
    }

    public static void Flip(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x10));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
