using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

public sealed class FasterLedgerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_log_is_empty()
    {
        using var log = _folder.Open();
        Assert.Equal(Tail.Empty, log.Writer.Tail);
        Assert.Equal(LogBase.Empty, log.Writer.Base);
        Assert.Equal(HardState.Initial, log.Log.HardState.Loaded);
        Assert.Equal(ReadOutcome.AboveTail, log.Reader.Read(new LogIndex(1), 100, []));
        Assert.True(log.Writer.FreeBytes > 0);
    }

    [Fact]
    public void Everything_flushed_is_there_after_a_clean_stop()
    {
        List<Batch> written;
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Flush(log.AppendMany(1000, 1000));
            written = log.ReadAll();
            Assert.Equal(1000, written.Count);
        }

        using var again = _folder.Open();
        AssertSame(written, again.ReadAll());
        Assert.Equal(written[^1].Tail, again.Writer.Tail);
        Assert.Equal(new LogIndex(501), again.Reader.Find(new EntryIndex(500)));
        Assert.Equal(written[499].Point, again.Reader.PointAt(new LogIndex(500)));
    }

    [Fact]
    public void Everything_flushed_is_there_after_a_kill()
    {
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        log.Flush(log.AppendMany(700, 1500));
        using var killed = _folder.Killed();
        using var again = killed.Open();
        AssertSame(log.ReadAll(), again.ReadAll());
        again.Flush(again.AppendMany(10));
        Assert.Equal(710, again.ReadAll().Count);
    }

    [Fact]
    public void A_log_goes_on_after_many_openings()
    {
        var expected = 0;
        for (var opening = 1; opening <= 8; opening++)
        {
            using var log = _folder.Open();
            Assert.Equal(expected, log.ReadAll().Count);
            Assert.Null(log.SaveTerm(opening));
            log.Append(opening * 37, opening);
            log.Flush(log.AppendMany(opening * 10, 3000, opening));
            expected += (opening * 10) + 1;
        }
    }

    [Fact]
    public void Safety_22_a_supersede_holds_across_a_restart()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(3));
            log.AppendMany(300, 1000);
            var kept = log.Reader;
            var batches = new List<Batch>();
            Assert.Equal(ReadOutcome.Found, kept.Read(new LogIndex(99), 1, batches));
            log.Append(OpenLog.BatchAfter(batches[0].Tail, 2, 10));
            log.Flush(log.AppendMany(200, 1000, 3));
            AssertSuperseded(log);
        }

        using (var log = _folder.Open()) AssertSuperseded(log);

        void AssertSuperseded(OpenLog log)
        {
            var all = log.ReadAll();
            Assert.Equal(300, all.Count);
            Assert.Equal(Enumerable.Range(1, 300).Select(index => (long)index), all.Select(batch => batch.Index.Value));
            Assert.All(all, batch => Assert.Equal(batch.Index.Value < 100 ? 1 : batch.Index.Value == 100 ? 2 : 3, batch.Term.Value));
            Assert.Equal(new LogPoint(new LogIndex(100), new Term(2)), log.Reader.PointAt(new LogIndex(100)));
            Assert.Equal(new Term(2), log.Writer.Terms.TermAt(new LogIndex(100)));
        }
    }

    [Fact]
    public void A_truncation_holds_across_a_restart_and_the_log_goes_on_behind_it()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.AppendMany(300, 1000);
            Assert.Equal(WriteOutcome.Accepted, log.Writer.TryTruncate(new LogIndex(20), out var cut));
            log.Flush(cut);
            Assert.Equal(new LogIndex(20), log.Writer.Tail.Index);
            Assert.Equal(new EntryIndex(20), log.Writer.Tail.NextEntry);
        }

        using (var log = _folder.Open())
        {
            Assert.Equal(20, log.ReadAll().Count);
            log.Flush(log.AppendMany(100));
            Assert.Equal(120, log.ReadAll().Count);
        }

        using (var log = _folder.Open()) Assert.Equal(120, log.ReadAll().Count);
    }

    [Fact]
    public void Safety_25_a_reset_supersedes_everything()
    {
        var newBase = new LogBase(new Tail(new LogIndex(5000), new Term(4), new EntryIndex(7000)), new byte[] { 9, 9 });
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(5));
            log.AppendMany(100, 1000);
            Assert.Equal(WriteOutcome.Accepted, log.Writer.TryReset(newBase, out var reset));
            log.Flush(reset);
            Assert.Equal(newBase.Tail, log.Writer.Tail);
            Assert.Equal(ReadOutcome.BelowBase, log.Reader.Read(new LogIndex(50), 100, []));
            log.Flush(log.AppendMany(10, 100, 5));
        }

        using (var log = _folder.Open())
        {
            Assert.Equal(newBase, log.Writer.Base);
            Assert.Equal(10, log.ReadAll().Count);
            Assert.Equal(new LogIndex(5001), log.Reader.Find(new EntryIndex(7000)));
            Assert.Null(log.Reader.Find(new EntryIndex(6999)));
        }
    }

    [Fact]
    public void The_same_group_opens_again_after_it_was_disposed()
    {
        using var store = _folder.OpenStore();
        for (var i = 0; i < 3; i++)
        {
            using var log = store.OpenGroup(TestFolder.Group, new StoreNews());
            Assert.Equal(i, log.Writer.Tail.Index.Value);
            using var saved = new ManualResetEventSlim();
            log.HardState.Save(new HardState(new Term(1), null, []), _ => saved.Set());
            Assert.True(saved.Wait(TimeSpan.FromSeconds(60)));
            Assert.Equal(WriteOutcome.Accepted, log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10), out _));
        }
    }

    [Fact]
    public void Batches_of_every_size_up_to_the_largest_come_back()
    {
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            for (var bytes = 0; bytes <= log.Writer.MaxBatchBytes - 68; bytes += 3331) log.Append(bytes);
            log.Flush(log.Append(log.Writer.MaxBatchBytes - 68));
        }

        using var again = _folder.Open();
        Assert.Equal(again.Writer.MaxBatchBytes, again.ReadAll()[^1].Encoded.Length);
    }

    private static void AssertSame(List<Batch> expected, List<Batch> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(expected[i].Encoded.Span.SequenceEqual(actual[i].Encoded.Span), $"Batch {expected[i]} differs.");
    }
}
