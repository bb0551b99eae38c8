using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

public sealed class StoreSettingsTests
{
    [Fact]
    public void Every_setting_of_a_member_reaches_its_store()
    {
        var options = FasterStoreOptions.Of(new StoreSettings
        {
            Folder = "somewhere",
            ClusterId = "blue",
            MaxBodyBytes = 70_000,
            PageBytes = 128 << 10,
            MemoryBytes = 512 << 10,
            SegmentBytes = 1 << 20,
            CheckpointBytes = 77_777,
            ZeroAheadBytes = 256 << 10,
            PageCacheBytes = 3_000_000,
            RetentionBytes = 5_000_000,
            RetentionAge = TimeSpan.FromDays(3),
        });

        Assert.Equal(
            new FasterStoreOptions("somewhere")
            {
                ClusterId = "blue",
                MaxEntryBytes = 70_000,
                PageBytes = 128 << 10,
                MemoryBytes = 512 << 10,
                SegmentBytes = 1 << 20,
                CheckpointBytes = 77_777,
                ZeroAheadBytes = 256 << 10,
                PageCacheBytes = 3_000_000,
                RetentionBytes = 5_000_000,
                RetentionAge = TimeSpan.FromDays(3),
            },
            options);
        Assert.True(options.MaxBatchBytes >= Batch.EncodedBytes(70_000, 1));
    }
}
