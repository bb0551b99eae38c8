namespace DLedger.Core;

/// <summary>
/// Everything that can be set about a store, and what it may be set to: the one record between a member's settings and its store. Sizes in bytes.
/// </summary>
internal sealed record StoreSettings
{
    private const int Kibi = 1024;
    private const int Mebi = 1024 * Kibi;

    /// <summary>What a page must hold besides the largest batch.</summary>
    public const int PageHeadroomBytes = 4 * Kibi;

    /// <summary>How many pages the write buffer and a segment must hold.</summary>
    public const int PagesMin = 2;

    /// <summary>The longest <see cref="ClusterId"/>.</summary>
    public const int ClusterIdCharsMax = 64;

    public static readonly SizeLimits PageBytesLimits = new(64 * Kibi, 64 * Mebi, PowerOfTwo: true);
    public static readonly SizeLimits MemoryBytesLimits = new(PagesMin * 64 * Kibi, 1024L * Mebi, PowerOfTwo: true);
    public static readonly SizeLimits SegmentBytesLimits = new(PagesMin * 64 * Kibi, 16384L * Mebi, PowerOfTwo: true);
    public static readonly SizeLimits CheckpointBytesLimits = new(64 * Kibi, 1L << 40);
    public static readonly SizeLimits CacheBytesLimits = new(0, 64L << 30);
    public static readonly SizeLimits ZeroAheadBytesLimits = new(64 * Kibi, 64 * Mebi, PowerOfTwo: true, OrNone: true);
    public static readonly SizeLimits PageCacheBytesLimits = new(0, 1L << 40);
    public static readonly SizeLimits RetentionBytesLimits = new(0, long.MaxValue);

    /// <summary>Where the member's data is; made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>Stored in the folder; a folder of another cluster is refused. Empty when not used.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>The largest entry, or the largest sum of entries in one batch if that is more.</summary>
    public int MaxBodyBytes { get; init; } = Mebi;

    /// <summary>A page of the write buffer: no frame is larger. Fixed when the folder is made.</summary>
    public int PageBytes { get; init; } = 4 * Mebi;

    /// <summary>The write buffer: what can wait for the disk before appends are refused with BufferFull.</summary>
    public long MemoryBytes { get; init; } = 16 * Mebi;

    /// <summary>One file of the log; what retention drops at a time. Fixed when the folder is made.</summary>
    public long SegmentBytes { get; init; } = 256L * Mebi;

    /// <summary>How much is written between two checkpoints: what a start after a crash has to read.</summary>
    public long CheckpointBytes { get; init; } = 256L * Mebi;

    /// <summary>Recent batches kept in memory for readers, beyond what is not yet flushed.</summary>
    public long CacheBytes { get; init; } = 16L * Mebi;

    /// <summary>
    /// How far ahead of the log zeros are written when little is written at a time, so that a sync need not wait for the file system's journal; 0 for
    /// none, which is right where the file system copies on write.
    /// </summary>
    public int ZeroAheadBytes { get; init; } = Mebi;

    /// <summary>
    /// How much of the log, from its end, stays in the operating system's page cache after it was written; 0 leaves that to the system, which then
    /// fills its memory with the log.
    /// </summary>
    public long PageCacheBytes { get; init; } = 64L * Mebi;

    /// <summary>How much of the log retention keeps, rounded up to whole segments; 0 keeps everything.</summary>
    public long RetentionBytes { get; init; }

    /// <summary>How long retention keeps a segment after its last byte was written; zero keeps it for ever.</summary>
    public TimeSpan RetentionAge { get; init; } = TimeSpan.Zero;

    /// <summary>How long a write or sync may run before the listener hears <c>Stalled(true)</c>.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the log must be idle before a mark says on disk how far it is flushed.</summary>
    public TimeSpan IdleMarkAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long after a full disk the store tries again to get space.</summary>
    public TimeSpan SpaceRetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Space that only control records may use (SAFETY 27).</summary>
    public int ReserveBytes { get; init; } = 64 * Kibi;

    /// <summary>The largest batch, encoded: 64 KiB or one entry of the largest size, and never more than a page holds.</summary>
    public int MaxBatchBytes => (int)Math.Min(PageBytes - PageHeadroomBytes, Math.Max(64 * Kibi, Batch.EncodedBytes(MaxBodyBytes, 1)));

    /// <summary>The largest prefix of a base: its frame, too, must fit a page.</summary>
    public int MaxPrefixBytes => Math.Min(PageBytes - PageHeadroomBytes, LogBase.PrefixBytesMax);

    /// <summary>The first setting that is not allowed, and what it must be; null when all are.</summary>
    public (string Setting, object Value, string Must)? Problem()
    {
        if (string.IsNullOrWhiteSpace(Folder)) return (nameof(Folder), Folder ?? "", "the path of a folder");
        if (ClusterId is null || ClusterId.Length > ClusterIdCharsMax)
            return (nameof(ClusterId), ClusterId ?? "", $"at most {ClusterIdCharsMax} characters");
        if (SizeProblem() is { } size) return size;
        if (PageBytes < Batch.EncodedBytes(MaxBodyBytes, 1) + PageHeadroomBytes)
            return (nameof(PageBytes), PageBytes, $"at least {PageHeadroomBytes} bytes more than a batch of {nameof(MaxBodyBytes)} ({MaxBodyBytes})");
        var twoPages = $"at least two pages ({nameof(PageBytes)} = {PageBytes})";
        if (MemoryBytes < (long)PagesMin * PageBytes) return (nameof(MemoryBytes), MemoryBytes, twoPages);
        if (SegmentBytes < (long)PagesMin * PageBytes) return (nameof(SegmentBytes), SegmentBytes, twoPages);
        if (ReserveBytes < 4 * Kibi || ReserveBytes > SegmentBytes / 2)
            return (nameof(ReserveBytes), ReserveBytes, $"4096 to {SegmentBytes / 2} (half of {nameof(SegmentBytes)})");
        if (RetentionAge < TimeSpan.Zero) return (nameof(RetentionAge), RetentionAge, "00:00:00 (keep everything) or more");
        if (IsOutside(StallAfter, TimeSpan.FromMilliseconds(20))) return (nameof(StallAfter), StallAfter, "20 ms to 1 hour");
        if (IsOutside(IdleMarkAfter, TimeSpan.FromMilliseconds(1))) return (nameof(IdleMarkAfter), IdleMarkAfter, "1 ms to 1 hour");
        if (IsOutside(SpaceRetryAfter, TimeSpan.FromMilliseconds(1))) return (nameof(SpaceRetryAfter), SpaceRetryAfter, "1 ms to 1 hour");
        return null;
    }

    /// <summary>
    /// These settings, if all are allowed; else throws <see cref="ArgumentException"/> that names the first that is not, its value and what is
    /// allowed.
    /// </summary>
    public StoreSettings Checked() => Problem() is { } wrong
        ? throw new ArgumentException($"{wrong.Setting} = {wrong.Value} is not allowed: it must be {wrong.Must}.", wrong.Setting)
        : this;

    private (string Setting, object Value, string Must)? SizeProblem()
    {
        (string Setting, long Value, SizeLimits Limits)[] sizes =
        [
            (nameof(MaxBodyBytes), MaxBodyBytes, new SizeLimits(0, int.MaxValue)),
            (nameof(PageBytes), PageBytes, PageBytesLimits),
            (nameof(MemoryBytes), MemoryBytes, MemoryBytesLimits),
            (nameof(SegmentBytes), SegmentBytes, SegmentBytesLimits),
            (nameof(CheckpointBytes), CheckpointBytes, CheckpointBytesLimits),
            (nameof(CacheBytes), CacheBytes, CacheBytesLimits),
            (nameof(ZeroAheadBytes), ZeroAheadBytes, ZeroAheadBytesLimits),
            (nameof(PageCacheBytes), PageCacheBytes, PageCacheBytesLimits),
            (nameof(RetentionBytes), RetentionBytes, RetentionBytesLimits),
        ];
        foreach (var (setting, value, limits) in sizes)
            if (!limits.Allow(value)) return (setting, value, limits.ToString());
        return null;
    }

    private static bool IsOutside(TimeSpan time, TimeSpan least) => time < least || time > TimeSpan.FromHours(1);
}
