using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>One folder, one member: whatever happens to its files while it runs (SAFETY 28).</summary>
public sealed class FolderInUseTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safety_28_a_deleted_lock_file_lets_nobody_else_into_the_folder()
    {
        using var log = _folder.Open();
        File.Delete(_folder.PathOf("lock"));
        Assert.Contains(
            "in use", Assert.Throws<StoreException>(() => new FasterLedgerFactory(_folder.Options).Open(TestFolder.Group, TestFolder.Node)).Message,
            StringComparison.Ordinal);
        Assert.Contains("in use", Assert.Throws<StoreException>(() => StoreVerifier.Verify(_folder.Folder)).Message, StringComparison.Ordinal);
        log.Flush(log.Append());
    }

    [Fact]
    public void Safety_28_another_path_to_the_folder_is_the_same_folder()
    {
        using var log = _folder.Open();
        var link = _folder.Folder + "-link";
        Directory.CreateSymbolicLink(link, _folder.Folder);
        try
        {
            File.Delete(_folder.PathOf("lock"));
            Assert.Throws<StoreException>(
                () => new FasterLedgerFactory(_folder.Options with { Folder = link }).Open(TestFolder.Group, TestFolder.Node));
        }
        finally
        {
            Directory.Delete(link);
        }
    }

    [Theory]
    [InlineData(StoreIdentity.FileName)]
    [InlineData(HardStateRecord.FileName)]
    [InlineData(WalMeta.FileName)]
    [InlineData("wal-000000000000.seg")]
    public void A_file_that_is_deleted_under_a_running_member_stops_it(string name)
    {
        using var log = _folder.Open();
        log.Flush(log.Append());
        File.Delete(_folder.PathOf(name));
        Assert.Contains("moved, deleted or replaced", log.News.WaitFailed(), StringComparison.Ordinal);
        Assert.Equal(WriteOutcome.Failed, log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10), out _));
    }

    [Fact]
    public void A_folder_that_is_moved_away_and_replaced_by_a_copy_stops_the_member_that_holds_the_moved_one()
    {
        using var log = _folder.Open();
        log.Flush(log.Append());
        var away = _folder.Folder + "-moved";
        Directory.Move(_folder.Folder, away);
        try
        {
            Directory.CreateDirectory(_folder.Folder);
            foreach (var file in Directory.GetFiles(away).Where(file => Path.GetFileName(file) != "lock"))
                File.Copy(file, _folder.PathOf(Path.GetFileName(file)));
            Assert.Contains("moved, deleted or replaced", log.News.WaitFailed(), StringComparison.Ordinal);
        }
        finally
        {
            log.Dispose();
            Directory.Delete(away, recursive: true);
        }
    }

    [Fact]
    public void A_vote_is_never_saved_into_a_file_that_is_no_longer_the_members()
    {
        // Without the look once a second.
        _folder.Time = new ManualTime();
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        File.Copy(_folder.PathOf(HardStateRecord.FileName), _folder.PathOf("copy"));
        File.Move(_folder.PathOf("copy"), _folder.PathOf(HardStateRecord.FileName), overwrite: true);
        Assert.Contains("moved, deleted or replaced", log.SaveTerm(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_of_a_whole_store_needs_nothing_that_can_be_written_and_leaves_the_folder_as_it_was()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Flush(log.AppendMany(10));
        }

        File.Delete(_folder.PathOf("lock"));
        foreach (var file in Directory.GetFiles(_folder.Folder)) File.SetAttributes(file, FileAttributes.ReadOnly);
        var before = Directory.GetFiles(_folder.Folder).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.Null(StoreVerifier.Verify(_folder.Folder).Damage);
        Assert.Equal(before, Directory.GetFiles(_folder.Folder).ToDictionary(file => file, File.GetLastWriteTimeUtc));
        // Whoever may write everything is told apart by the mode of the handle: two at a time would be in each other's way with locks that are for
        // writing.
        using var one = OsStoreFiles.ToRead(_folder.Folder).Open(StoreIdentity.FileName, create: false);
        using var other = OsStoreFiles.ToRead(_folder.Folder).Open(StoreIdentity.FileName, create: false);
        Assert.True(one.TryLock() && other.TryLock());
        Assert.Throws<IOException>(() => one.Write(0, new byte[1]));
    }

    [Fact]
    public void A_data_folder_that_is_a_file_is_refused_in_one_line()
    {
        var path = _folder.PathOf("file");
        File.WriteAllText(path, "");
        var refused = Assert.Throws<StoreException>(
            () => new FasterLedgerFactory(_folder.Options with { Folder = path }).Open(TestFolder.Group, TestFolder.Node));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
