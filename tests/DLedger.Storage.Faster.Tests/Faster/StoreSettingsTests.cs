using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>The one record of what can be set about a store, with its limits.</summary>
public sealed class StoreSettingsTests
{
    private static readonly StoreSettings Default = new() { Folder = "folder" };

    [Fact]
    public void The_defaults_are_allowed()
    {
        Assert.Null(Default.Problem());
        Assert.NotNull(new FasterLedgerFactory(Default));
    }

    private static readonly (string Setting, StoreSettings Settings)[] Wrong =
    [
        ("Folder", Default with { Folder = " " }),
        ("ClusterId", Default with { ClusterId = new string('x', StoreSettings.ClusterIdCharsMax + 1) }),
        ("PageBytes", Default with { PageBytes = 65_537 }),
        ("PageBytes", Default with { PageBytes = 4096 }),
        ("PageBytes", Default with { PageBytes = 128 << 20 }),
        ("PageBytes", Default with { MaxBodyBytes = (4 << 20) - StoreSettings.PageHeadroomBytes }),
        ("MaxBodyBytes", Default with { MaxBodyBytes = -1 }),
        ("MemoryBytes", Default with { MemoryBytes = 4 << 20 }),
        ("MemoryBytes", Default with { MemoryBytes = 2L << 30 }),
        ("SegmentBytes", Default with { SegmentBytes = 4 << 20 }),
        ("SegmentBytes", Default with { SegmentBytes = 100 << 20 }),
        ("CheckpointBytes", Default with { CheckpointBytes = 1 }),
        ("CacheBytes", Default with { CacheBytes = -1 }),
        ("ZeroAheadBytes", Default with { ZeroAheadBytes = 3 << 20 }),
        ("ZeroAheadBytes", Default with { ZeroAheadBytes = 4096 }),
        ("PageCacheBytes", Default with { PageCacheBytes = -1 }),
        ("RetentionBytes", Default with { RetentionBytes = -1 }),
        ("RetentionAge", Default with { RetentionAge = TimeSpan.FromTicks(-1) }),
        ("ReserveBytes", Default with { ReserveBytes = 1 }),
        ("StallAfter", Default with { StallAfter = TimeSpan.Zero }),
        ("IdleMarkAfter", Default with { IdleMarkAfter = TimeSpan.FromDays(1) }),
        ("SpaceRetryAfter", Default with { SpaceRetryAfter = TimeSpan.Zero }),
    ];

    public static TheoryData<string, int> WrongOnes
    {
        get
        {
            var data = new TheoryData<string, int>();
            for (var i = 0; i < Wrong.Length; i++) data.Add(Wrong[i].Setting, i);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WrongOnes))]
    public void A_value_that_is_not_allowed_is_refused_by_setting_and_value(string setting, int at)
    {
        var wrong = Wrong[at].Settings;
        var error = Assert.Throws<ArgumentException>(() => new FasterLedgerFactory(wrong));
        Assert.Equal(setting, error.ParamName);
        Assert.StartsWith($"{setting} = ", error.Message, StringComparison.Ordinal);
        Assert.Contains("is not allowed: it must be ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Zeros_ahead_and_retention_may_be_none() =>
        Assert.Null(
            (Default with { ZeroAheadBytes = 0, RetentionBytes = 0, RetentionAge = TimeSpan.Zero, CacheBytes = 0, PageCacheBytes = 0 }).Problem());

    [Fact]
    public void The_largest_body_fits_a_page()
    {
        var largest =
            Default with { PageBytes = 1 << 20,
                MaxBodyBytes = (1 << 20) - StoreSettings.PageHeadroomBytes - Batch.HeaderBytes - Batch.EntryOverheadBytes };
        Assert.Null(largest.Problem());
        Assert.Equal(Batch.EncodedBytes(largest.MaxBodyBytes, 1), largest.MaxBatchBytes);
        Assert.True(Frame.SizeOf(largest.MaxBatchBytes) <= largest.PageBytes);
        Assert.Equal("PageBytes", (largest with { MaxBodyBytes = largest.MaxBodyBytes + 1 }).Problem()!.Value.Setting);
    }

    [Fact]
    public void The_largest_prefix_fits_a_page_and_is_a_MiB_at_most()
    {
        Assert.Equal(LogBase.PrefixBytesMax, Default.MaxPrefixBytes);
        var small = Default with { PageBytes = 64 << 10, MaxBodyBytes = 1024 };
        Assert.True(Frame.SizeOf(Frame.BaseOverheadBytes + small.MaxPrefixBytes) <= small.PageBytes);
    }

    [Fact]
    public void A_name_that_no_record_can_hold_is_refused_by_the_settings()
    {
        using var folder = new TestFolder();
        var factory = new FasterLedgerFactory(folder.Options);
        Assert.Equal("nodeId", Assert.Throws<ArgumentException>(() => factory.Open("g", new string('n', 256))).ParamName);
        Assert.Equal("group", Assert.Throws<ArgumentException>(() => factory.Open(new string('ä', 128), "n0")).ParamName);
    }
}
