using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

public sealed class VerifierTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_store_is_counted()
    {
        Fill();
        var said = new List<long>();
        var report = StoreVerifier.Verify(_folder.Folder, new Said(said));
        Assert.True(report.IsWhole, report.Damage);
        Assert.Equal((TestFolder.Group, TestFolder.Node), (report.Group, report.NodeId));
        Assert.Equal((150, 150), (report.Batches, report.Entries));
        Assert.Equal((0, 149), (report.FirstEntry, report.LastEntry));
        Assert.True(report.Bytes > 250 * 1000);
        Assert.Equal(report.Bytes, said[^1]);
    }

    [Fact]
    public void Damage_before_the_last_checkpoint_is_found_and_nothing_is_changed()
    {
        Fill();
        TestFolder.Flip(_folder.SegmentPath(0), 20_000);
        var before = File.ReadAllBytes(_folder.SegmentPath(0));
        using (var log = _folder.Open()) Assert.Equal(150, log.Writer.Tail.Index.Value);
        var report = StoreVerifier.Verify(_folder.Folder);
        Assert.False(report.IsWhole);
        Assert.Equal(_folder.SegmentPath(0), report.DamagedFile);
        Assert.InRange(report.DamagedAt, 18_000, 20_000);
        Assert.Equal(before[..(64 * 1024)], File.ReadAllBytes(_folder.SegmentPath(0))[..(64 * 1024)]);
    }

    [Fact]
    public void A_store_in_use_is_refused()
    {
        using var log = _folder.Open();
        Assert.Contains("in use", Assert.Throws<StoreException>(() => StoreVerifier.Verify(_folder.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_store_is_refused_and_left_alone()
    {
        Assert.Throws<StoreException>(() => StoreVerifier.Verify(_folder.Folder));
        Assert.Throws<StoreException>(() => StoreVerifier.Verify(_folder.PathOf("nowhere")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Folder));
    }

    private void Fill()
    {
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(2));
        log.AppendMany(250, 1000);
        Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(new LogIndex(100), out _));
        log.Flush(log.AppendMany(50, 100, 2));
    }

    private sealed class Said(List<long> said) : IProgress<long>
    {
        public void Report(long value) => said.Add(value);
    }
}
