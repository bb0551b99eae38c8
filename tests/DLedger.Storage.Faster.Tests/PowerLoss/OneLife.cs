using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>A store from its opening until its power goes, with what it promises meanwhile.</summary>
internal sealed class OneLife
{
    private readonly LogDriver _driver;
    private readonly Promises _promises;
    private readonly int _givenBefore;

    private OneLife(LogDriver driver, Promises promises)
    {
        _driver = driver;
        _promises = promises;
        _givenBefore = promises.Given.Count;
    }

    /// <summary>True if the machine came to the end of its work; the power goes in any case.</summary>
    public static bool Live(PowerLossDisk disk, Promises promises, int? dieAfter, Func<OneLife, bool> work)
    {
        var files = disk.Boot();
        if (dieAfter is { } step) files.DieAfter(step);
        ILogStore? store = null;
        IGroupLog? log = null;
        var done = false;
        try
        {
            store = Factory(files).Open("g", "n0");
            promises.StoreId ??= store.StoreId;
            Assert.Equal(promises.StoreId, store.StoreId);
            var listener = new RecordingListener();
            log = store.OpenGroup("g", listener);
            var life = new OneLife(new LogDriver(log, listener, ModelOf(promises)), promises);
            done = work(life);
        }
        catch (Exception error) when (files.IsDead && error is IOException or StoreException)
        {
            // It died in the middle of a call.
        }
        finally
        {
            disk.PowerFails();
            log?.Dispose();
            store?.Dispose();
        }

        return done;
    }

    /// <summary>Opens once more: all that was promised is there, and nothing else.</summary>
    public static void Check(PowerLossDisk disk, Promises promises, string when)
    {
        try
        {
            using var store = Factory(disk.Boot()).Open("g", "n0");
            if (promises.StoreId is { } id) Assert.Equal(id, store.StoreId);
            using var log = store.OpenGroup("g", new RecordingListener());
            Assert.True(
                IsSame(log.HardState.Loaded, promises.Saved) || (promises.Saving is { } saving && IsSame(log.HardState.Loaded, saving)),
                $"Loaded is {log.HardState.Loaded}, saved was {promises.Saved}.");
            var found = new List<Batch>();
            log.Reader.Read(new LogIndex(1), int.MaxValue, found);
            Assert.Equal(found.Count, log.Writer.Tail.Index.Value);
            Assert.InRange(found.Count, promises.Flushed, promises.Given.Count);
            for (var i = 0; i < found.Count; i++)
                Assert.True(
                    found[i].Encoded.Span.SequenceEqual(promises.Given[i].Encoded.Span),
                    $"Batch {i + 1} is {found[i]}, given was {promises.Given[i]}.");
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{when}: {error.Message}\nDisk, last operations:\n{disk.Journal()}", error);
        }
        finally
        {
            disk.Kill();
        }
    }

    public bool Save(HardState state)
    {
        _promises.Saving = state;
        if (_driver.Save(state) is not null) return false;
        (_promises.Saved, _promises.Saving) = (state, null);
        return true;
    }

    public bool Append(int bytes)
    {
        var batch = _driver.NewBatch(_driver.Model.Tail.Index, _promises.Saved.Term, bytes);
        // Given before it is taken: a machine that dies in the call may have written it.
        _promises.Given.Add(batch);
        return _driver.TryAppend(batch) == WriteOutcome.Accepted;
    }

    public bool Flush()
    {
        if (!_driver.Listener.WaitFlushed(_driver.EndsAt)) return false;
        _promises.Flushed = _givenBefore + _driver.Given.Count;
        return true;
    }

    private static FasterLedgerFactory Factory(PowerLossFiles files) =>
        new(SmallStore.Smallest with { IdleMarkAfter = TimeSpan.FromHours(1) }, files, TimeProvider.System);

    private static ModelLog ModelOf(Promises promises)
    {
        var model = new ModelLog();
        foreach (var batch in promises.Given) model.Append(batch);
        return model;
    }

    private static bool IsSame(HardState left, HardState right) => left.Term == right.Term && left.VotedFor == right.VotedFor;
}
