using DLedger.Core;
using DLedger.Storage.Faster.Tests.PowerLoss;
using Xunit;
using Xunit.Sdk;

namespace DLedger.Storage.Faster.Tests.Damage;

/// <summary>
/// Files that are there and blank, or not there at all, beside a log: an empty or a shorter log in their place would be the loss of what was acked.
/// </summary>
public sealed class BlankFileTests : IDisposable
{
    private readonly StoreOnDisk _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peers_04_a_log_with_any_file_blank_or_missing_is_refused_and_never_taken_for_a_shorter_one(bool stoppedCleanly)
    {
        var driver = _store.Open();
        Assert.Null(driver.Save(new HardState(new Term(1), "n0", [])));
        for (var i = 0; i < 12; i++)
        {
            driver.Append(1, 38_000);
            driver.Flush();
        }

        // Until the next segment is there, which is made beside the appends, nothing tells the last one from space that was taken and never used.
        var last = StoreOnDisk.Segments(_store.Disk).Last(HoldsSomething);
        _store.Disk.WaitFor(WalGeometry.SegmentName(WalGeometry.SegmentNumber(last)!.Value + 1));
        if (stoppedCleanly) _store.StopCleanly();
        else _store.Kill();
        string[] names = [.. _store.Disk.Names().Where(name => name != "lock" && !Checkpoint.FileNames.Contains(name) && HoldsSomething(name))];
        Assert.True(names.Length >= 6, $"Three small files and some segments: {string.Join(", ", names)}");
        foreach (var name in names)
        {
            var intact = _store.Disk.Content(name);
            IsNoticed(name, "empty", () => _store.Disk.Replace(name, []));
            IsNoticed(name, "missing", () => _store.Disk.Remove(name));
            // After a kill, what says of the last frames that they were flushed stands among them (SAFETY 21): without all of these the log ends
            // before.
            if (stoppedCleanly || name != last) IsNoticed(name, "of zeros", () => _store.Disk.Replace(name, new byte[intact.Length]));
            _store.Disk.Replace(name, intact);
        }

        // Nothing was changed by all that refusing.
        _store.OpenWhole();
    }

    /// <summary>
    /// At the opening, or, for what lies before the last checkpoint, by the read that meets it; until then the log is as long as it was.
    /// </summary>
    private void IsNoticed(string name, string how, Action damage)
    {
        damage();
        try
        {
            Assert.Equal(_store.Files.PathOf(name), _store.Verify().DamagedFile);
            if (OpensAllTheSame(name) is { } driver)
            {
                Assert.Equal(_store.Model.Tail, driver.Log.Writer.Tail);
                var met = Assert.Throws<StoreDamagedException>(() => ReadAll(driver.Log.Reader));
                Assert.Equal(_store.Files.PathOf(name), met.File);
                _store.Kill();
            }
        }
        catch (XunitException failure)
        {
            Assert.Fail($"{name} is {how}: {failure.Message}");
        }
    }

    private LogDriver? OpensAllTheSame(string name)
    {
        try
        {
            return _store.Open();
        }
        catch (StoreDamagedException refusal)
        {
            Assert.Equal(_store.Files.PathOf(name), refusal.File);
            _store.Kill();
            return null;
        }
    }

    private static void ReadAll(ILogReader reader)
    {
        var batches = new List<Batch>();
        for (var from = reader.Base.Index.Next; reader.Read(from, 1, batches) == ReadOutcome.Found; from = batches[^1].Index.Next)
        {
        }
    }

    /// <summary>The segment that is allocated ahead of need is blank anyway.</summary>
    private bool HoldsSomething(string name) => _store.Disk.Content(name).AsSpan().ContainsAnyExcept((byte)0);
}
