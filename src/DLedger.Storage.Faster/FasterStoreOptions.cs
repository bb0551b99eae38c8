using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Everything that can be set about a store. Bytes and times; checked once, when the factory is made.</summary>
/// <param name="Folder">The folder of one member; made when it is not there.</param>
public sealed record FasterStoreOptions(string Folder)
{
    private const int Kibi = 1024;
    private const int Mebi = 1024 * Kibi;

    /// <summary>Stored in the folder; a folder of another cluster is refused. Empty when not used.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>FASTER's page: no frame is larger. A power of two, 64 KiB to 64 MiB. Fixed when the folder is made.</summary>
    public int PageBytes { get; init; } = 4 * Mebi;

    /// <summary>FASTER's memory: what can wait for the disk before appends are refused with BufferFull. A power of two, at least 2 pages, at most 1 GiB.</summary>
    public int MemoryBytes { get; init; } = 16 * Mebi;

    /// <summary>One file of the log; what retention drops at a time. A power of two, at least 2 pages, at most 16 GiB. Fixed when the folder is made.</summary>
    public long SegmentBytes { get; init; } = 256L * Mebi;

    /// <summary>How much is written between two checkpoints of the index: what a start after a crash has to read.</summary>
    public long CheckpointBytes { get; init; } = 256L * Mebi;

    /// <summary>Recent batches kept in memory for readers, beyond what is not yet flushed.</summary>
    public long CacheBytes { get; init; } = 16L * Mebi;

    /// <summary>
    /// How far ahead of the log zeros are written when little is written at a time, so that a sync need not wait for the file system's journal. A power of two, 64 KiB to 64 MiB; 0 for none,
    /// which is right where the file system copies on write.
    /// </summary>
    public int ZeroAheadBytes { get; init; } = Mebi;

    /// <summary>How much of the log, from its end, stays in the operating system's page cache after it was written; 0 leaves that to the system, which then fills its memory with the log.</summary>
    public long PageCacheBytes { get; init; } = 64L * Mebi;

    /// <summary>How much of the log retention keeps, rounded up to whole segments; 0 keeps everything.</summary>
    public long RetentionBytes { get; init; }

    /// <summary>How long retention keeps a segment after its last byte was written; zero keeps it for ever.</summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.Zero;

    /// <summary>The largest entry; with its headers it must fit a page.</summary>
    public int MaxEntryBytes { get; init; } = Mebi;

    /// <summary>How long a write or sync may run before the listener hears <c>Stalled(true)</c>.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the log must be idle before a mark says on disk how far it is flushed.</summary>
    public TimeSpan IdleMarkAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Space that only control records may use (SAFETY 27).</summary>
    public int ReserveBytes { get; init; } = 64 * Kibi;

    /// <summary>How long after a full disk the store tries again to get space.</summary>
    public TimeSpan SpaceRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest batch, encoded: 64 KiB or one entry of the largest size, and never more than a page holds.</summary>
    internal int MaxBatchBytes => Math.Min(PageBytes - Frame.OverheadBytes, Math.Max(64 * Kibi, OneEntryBytes(MaxEntryBytes)));

    /// <summary>What a member's settings say of its store; the rest is as by default.</summary>
    public static FasterStoreOptions Of(StoreSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new FasterStoreOptions(settings.Folder)
        {
            ClusterId = settings.ClusterId,
            PageBytes = settings.PageBytes,
            MemoryBytes = (int)Math.Min(settings.MemoryBytes, int.MaxValue),
            SegmentBytes = settings.SegmentBytes,
            CheckpointBytes = settings.CheckpointBytes,
            ZeroAheadBytes = settings.ZeroAheadBytes,
            PageCacheBytes = settings.PageCacheBytes,
            RetentionBytes = settings.RetentionBytes,
            RetentionAge = settings.RetentionAge,
            MaxEntryBytes = settings.MaxBodyBytes,
        };
    }

    /// <summary>Throws <see cref="ArgumentException"/> that names the key, its value and what is allowed.</summary>
    internal FasterStoreOptions Checked()
    {
        Need(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), Folder, "the path of a folder");
        Need(ClusterId is not null && ClusterId.Length <= 128, nameof(ClusterId), ClusterId, "at most 128 characters");
        Need(Within(PageBytes, 64 * Kibi, 64 * Mebi) && long.IsPow2(PageBytes), nameof(PageBytes), PageBytes, "a power of two from 65536 to 67108864");
        Need(Within(MemoryBytes, 2L * PageBytes, 1024L * Mebi) && long.IsPow2(MemoryBytes), nameof(MemoryBytes), MemoryBytes,
            $"a power of two from {2L * PageBytes} (two pages) to {1024L * Mebi}");
        Need(Within(SegmentBytes, 2L * PageBytes, 16384L * Mebi) && long.IsPow2(SegmentBytes), nameof(SegmentBytes), SegmentBytes,
            $"a power of two from {2L * PageBytes} (two pages) to {16384L * Mebi}");
        Need(Within(CheckpointBytes, 64 * Kibi, 1L << 40), nameof(CheckpointBytes), CheckpointBytes, $"65536 to {1L << 40}");
        Need(Within(CacheBytes, 0, 64L << 30), nameof(CacheBytes), CacheBytes, $"0 to {64L << 30}");
        Need(ZeroAheadBytes == 0 || (Within(ZeroAheadBytes, 64 * Kibi, 64 * Mebi) && long.IsPow2(ZeroAheadBytes)), nameof(ZeroAheadBytes), ZeroAheadBytes,
            "0 or a power of two from 65536 to 67108864");
        Need(Within(PageCacheBytes, 0, 1L << 40), nameof(PageCacheBytes), PageCacheBytes, $"0 to {1L << 40}");
        Need(RetentionBytes >= 0, nameof(RetentionBytes), RetentionBytes, "0 (keep everything) or more");
        Need(RetentionAge >= TimeSpan.Zero, nameof(RetentionAge), RetentionAge, "00:00:00 (keep everything) or more");
        var largestEntry = PageBytes - Frame.OverheadBytes - OneEntryBytes(0);
        Need(Within(MaxEntryBytes, 0, largestEntry), nameof(MaxEntryBytes), MaxEntryBytes, $"0 to {largestEntry} (what fits {nameof(PageBytes)} {PageBytes})");
        Need(StallAfter >= TimeSpan.FromMilliseconds(20) && StallAfter <= TimeSpan.FromHours(1), nameof(StallAfter), StallAfter, "20 ms to 1 hour");
        Need(IdleMarkAfter >= TimeSpan.FromMilliseconds(1) && IdleMarkAfter <= TimeSpan.FromHours(1), nameof(IdleMarkAfter), IdleMarkAfter, "1 ms to 1 hour");
        Need(SpaceRetryAfter >= TimeSpan.FromMilliseconds(1) && SpaceRetryAfter <= TimeSpan.FromHours(1), nameof(SpaceRetryAfter), SpaceRetryAfter, "1 ms to 1 hour");
        Need(Within(ReserveBytes, 4 * Kibi, SegmentBytes / 2), nameof(ReserveBytes), ReserveBytes, $"4096 to {SegmentBytes / 2} (half of {nameof(SegmentBytes)})");
        return this;
    }

    private static int OneEntryBytes(int entryBytes) => Batch.HeaderBytes + Batch.EntryOverheadBytes + entryBytes;

    private static bool Within(long value, long least, long most) => value >= least && value <= most;

    private static void Need(bool holds, string key, object? value, string allowed)
    {
        if (!holds) throw new ArgumentException($"{key} = {value} is not allowed: {allowed}.", key);
    }
}
