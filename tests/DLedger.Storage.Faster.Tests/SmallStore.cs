using DLedger.Core;

namespace DLedger.Storage.Faster.Tests;

/// <summary>Sizes at which pages, segments and checkpoints turn over within a test.</summary>
internal static class SmallStore
{
    /// <summary>Takes batches of 129 KiB.</summary>
    public static StoreSettings Options { get; } = new()
    {
        Folder = "/disk",
        PageBytes = 256 * 1024,
        MemoryBytes = 512 * 1024,
        SegmentBytes = 512 * 1024,
        CheckpointBytes = 256 * 1024,
        CacheBytes = 256 * 1024,
        MaxBodyBytes = 129 * 1024,
        ReserveBytes = 4 * 1024,
        IdleMarkAfter = TimeSpan.FromMilliseconds(1),
    };

    /// <summary>As small as it goes.</summary>
    public static StoreSettings Smallest { get; } = Options with
    {
        PageBytes = 64 * 1024,
        MemoryBytes = 128 * 1024,
        SegmentBytes = 128 * 1024,
        CheckpointBytes = 64 * 1024,
        CacheBytes = 16 * 1024,
        MaxBodyBytes = 40 * 1024,
    };
}
