using CsCheck;
using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Contract;

/// <summary>What every store promises (the interfaces in DLedger.Core/Storage), whatever is behind it. One subclass per implementation.</summary>
public abstract class LogStoreContract : IDisposable
{
    private const int MaxEntryBytes = 128 * 1024;

    private readonly List<IDisposable> _open = [];

    private Func<long, ILogStoreFactory>? _machine;

    /// <summary>Whether a store opened again has what was there.</summary>
    private protected abstract bool Durable { get; }

    /// <summary>
    /// A new, empty machine: gives factories over it by their retention bytes. Stores must take batches of at least 129 KiB.
    /// </summary>
    private protected abstract Func<long, ILogStoreFactory> NewMachine();

    /// <summary>A factory over the same machine each time.</summary>
    private protected ILogStoreFactory Factory(long retentionBytes = 0) => (_machine ??= NewMachine())(retentionBytes);

    public virtual void Dispose()
    {
        for (var i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
        _open.Clear();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_new_log_is_empty()
    {
        var driver = OpenLog();
        Assert.Equal(Tail.Empty, driver.Log.Writer.Tail);
        Assert.Equal(LogBase.Empty, driver.Log.Writer.Base);
        Assert.Null(driver.Log.FoundCheckpoint);
        Assert.Empty(driver.Log.Writer.Terms.Runs);
        Assert.Equal(HardState.Initial.Term, driver.Log.HardState.Loaded.Term);
        Assert.Null(driver.Log.HardState.Loaded.VotedFor);
        Assert.Empty(driver.Log.HardState.Loaded.Peers);
        Assert.Equal(ReadOutcome.AboveTail, driver.Log.Reader.Read(new LogIndex(1), 100, []));
        Assert.Null(driver.Log.Reader.Find(EntryIndex.Zero));
        Assert.True(driver.Log.Writer.FreeBytes > 0);
        driver.Check();
    }

    [Fact]
    public void What_is_appended_is_read_back_at_once_and_after_the_flush()
    {
        var driver = OpenLog();
        driver.Append(1);
        driver.Append(1, 5);
        driver.Append(1, 0, 7, 100);
        driver.Append(3);
        driver.Append(3, 1, 1);
        driver.Check();
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Batches_of_every_size_come_back_from_nothing_to_the_maximum()
    {
        var driver = OpenLog();
        var most = Math.Min(driver.Log.Writer.MaxBatchBytes, 4 << 20);
        Assert.True(most >= Batch.EncodedBytes(MaxEntryBytes, 1), $"The largest batch has {most} bytes.");
        int[] sizes =
            [0, 1, 2, 3, 4, 7, 8, 9, 463, 464, 465, 511, 512, 513, 4047, 4048, 4049, 65_484, 65_536,
                most - Batch.HeaderBytes - Batch.EntryOverheadBytes];
        foreach (var size in sizes)
        {
            driver.Append(1, size);
            driver.Append(1, [.. Enumerable.Repeat(0, (size / 100) + 1)]);
        }

        driver.Check();
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Large_batches_in_a_row_are_refused_only_for_a_moment()
    {
        var driver = OpenLog();
        for (var i = 0; i < 60; i++) driver.Append(1, MaxEntryBytes - (i * 7));
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void A_read_stays_within_its_bytes_but_gives_at_least_one_batch()
    {
        var driver = OpenLog();
        for (var i = 0; i < 10; i++) driver.Append(1, 32); // 100 bytes each

        driver.Flush();
        Assert.Equal(1, Count(1, 0));
        Assert.Equal(1, Count(1, 99));
        Assert.Equal(1, Count(1, 199));
        Assert.Equal(2, Count(1, 200));
        Assert.Equal(3, Count(2, 399));
        Assert.Equal(1, Count(10, 1_000));
        Assert.Equal(10, Count(1, 10_000));
        driver.Check(bytesMax: 1);
        driver.Check(bytesMax: 350);

        int Count(long from, int bytesMax)
        {
            var into = new List<Batch>();
            Assert.Equal(ReadOutcome.Found, driver.Log.Reader.Read(new LogIndex(from), bytesMax, into));
            return into.Count;
        }
    }

    [Fact]
    public void A_read_adds_behind_what_the_list_holds()
    {
        var driver = OpenLog();
        var first = driver.Append(1, 10);
        var second = driver.Append(1, 10);
        var into = new List<Batch> { first };
        Assert.Equal(ReadOutcome.Found, driver.Log.Reader.Read(second.Index, 1_000, into));
        Assert.Equal([first.Point, second.Point], into.Select(batch => batch.Point));
    }

    [Fact]
    public void An_entry_is_found_in_its_batch_past_control_records()
    {
        var driver = OpenLog();
        driver.Append(1);
        var first = driver.Append(1, 5, 5, 5);
        driver.Append(2);
        driver.Append(3);
        var second = driver.Append(3, 5);
        driver.Append(4);
        Assert.Equal(first.Index, driver.Log.Reader.Find(new EntryIndex(0)));
        Assert.Equal(first.Index, driver.Log.Reader.Find(new EntryIndex(2)));
        Assert.Equal(second.Index, driver.Log.Reader.Find(new EntryIndex(3)));
        Assert.Null(driver.Log.Reader.Find(new EntryIndex(4)));
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Safety_22_a_batch_at_or_below_the_tail_supersedes_the_rest()
    {
        var driver = OpenLog();
        for (var i = 0; i < 20; i++) driver.Append(1, 10, 20);
        driver.AppendAfter(new LogIndex(12), 2, 33);
        driver.Check();
        driver.Append(2, 1);
        driver.AppendAfter(new LogIndex(12), 3);
        driver.AppendAfter(new LogIndex(3), 4, 8, 8, 8);
        driver.Check();
        driver.AppendAfter(LogIndex.None, 5, 9);
        driver.Append(5, 9);
        driver.Check();
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Safety_22_a_batch_of_the_same_term_supersedes_too()
    {
        var driver = OpenLog();
        for (var i = 0; i < 5; i++) driver.Append(7, 10);
        driver.AppendAfter(new LogIndex(2), 7, 10);
        driver.Append(7, 10);
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void A_truncate_drops_what_is_above()
    {
        var driver = OpenLog();
        for (var i = 0; i < 20; i++) driver.Append(1 + (i / 5), 10, 20);
        driver.Truncate(new LogIndex(17));
        driver.Check();
        driver.Truncate(new LogIndex(17));
        driver.Truncate(new LogIndex(5));
        driver.Append(6, 4);
        driver.Check();
        driver.Flush();
        driver.Truncate(LogIndex.None);
        driver.Check();
        driver.Append(6, 4);
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void A_reset_starts_the_log_elsewhere()
    {
        var driver = OpenLog();
        driver.Append(1, 10);
        driver.Reset(new Tail(new LogIndex(1_000), new Term(5), new EntryIndex(123_456_789_012)));
        driver.Check();
        driver.Append(5, 10, 0);
        driver.Append(6);
        driver.Flush();
        driver.Check();
        driver.Truncate(new LogIndex(1_000));
        driver.Check();
        driver.AppendAfter(new LogIndex(1_000), 7, 3);
        driver.Reset(new Tail(new LogIndex(2_000), new Term(9), new EntryIndex(200_000_000_000)));
        driver.Flush();
        driver.Check();
        Assert.Equal(ReadOutcome.BelowBase, driver.Log.Reader.Read(new LogIndex(1_001), 100, []));
    }

    [Fact]
    public void Safety_19_flushed_addresses_only_grow_and_cover_every_write()
    {
        var driver = OpenLog();
        for (var i = 0; i < 300; i++)
        {
            driver.Append(1, i);
            if (i % 7 == 0) driver.Truncate(new LogIndex(driver.Model.Tail.Index.Value - 1));
            if (i % 50 == 0) driver.Flush();
        }

        driver.Flush();
        Assert.True(driver.Listener.FlushedTo >= driver.EndsAt);
        driver.Check();
    }

    [Fact]
    public void Hard_state_saves_answer_once_each()
    {
        var driver = OpenLog();
        for (var i = 1; i <= 20; i++)
        {
            KnownPeer[] peers = i % 3 == 0 ? [] : [new("n1", new Guid(i, 0, 0, new byte[8]), i % 2 == 0), new("näme2", Guid.Empty, true)];
            Assert.Null(driver.Save(new HardState(new Term(i), i % 2 == 0 ? null : $"n{i}", peers)));
        }

        driver.Check();
    }

    [Fact]
    public void A_save_is_answered_while_the_log_is_busy()
    {
        var driver = OpenLog();
        for (var i = 0; i < 40; i++)
        {
            driver.Append(1, 20_000);
            Assert.Null(driver.Save(new HardState(new Term(i + 1), "n0", [])));
        }

        driver.Flush();
        driver.Check();
    }

    [Fact]
    public async Task Reads_race_appends_and_see_only_whole_prefixes()
    {
        var driver = OpenLog();
        driver.Append(1, 1);
        var done = 0;
        var readers = Enumerable.Range(0, 3).Select(number => Task.Run(() =>
        {
            var into = new List<Batch>();
            var rounds = 0;
            while (Volatile.Read(ref done) == 0 || rounds == 0)
            {
                rounds++;
                var next = new LogIndex(1);
                LogPoint? before = null;
                while (true)
                {
                    into.Clear();
                    var outcome = driver.Log.Reader.Read(next, 1 + (number * 5_000), into);
                    if (outcome == ReadOutcome.AboveTail) break;
                    Assert.Equal(ReadOutcome.Found, outcome);
                    foreach (var batch in into)
                    {
                        // What is superseded while we read may change the terms, but never the order of indexes.
                        Assert.Equal(next, batch.Index);
                        if (before is { } point && batch.PreviousPoint != point)
                            Assert.True(batch.Index.Value > 50, $"{batch} follows {point}, where nothing was superseded.");
                        before = batch.Point;
                        next = next.Next;
                    }
                }

                Assert.NotNull(driver.Log.Reader.PointAt(new LogIndex(1)));
                Assert.Equal(new LogIndex(1), driver.Log.Reader.Find(EntryIndex.Zero));
            }
        })).ToArray();

        for (var i = 0; i < 60; i++) driver.Append(1, 100);
        for (var i = 0; i < 400; i++)
        {
            if (i % 20 == 19) driver.AppendAfter(new LogIndex(50 + (i % 11)), 2 + i, 300, 10);
            else driver.Append(driver.Model.Tail.Term.Value, (i * 37) % 3_000, 10);
        }

        driver.Flush();
        Volatile.Write(ref done, 1);
        await Task.WhenAll(readers);
        driver.Check();
    }

    [Fact]
    public void Safety_25_retention_moves_the_base_but_keeps_the_committed_batch()
    {
        var driver = OpenLog(retentionBytes: 100_000);
        for (var i = 0; i < 300; i++) driver.Append(1 + (i / 100), 4_000);
        driver.Flush();
        Assert.Null(driver.Retain(LogIndex.None));
        var moved = driver.Retain(new LogIndex(200))!;
        Assert.True(moved.Index < new LogIndex(200), $"The base moved to {moved}, the committed batch is 200.");
        driver.Check();
        Assert.Equal(moved, driver.Listener.WaitBaseMoved(LogIndex.None));
        driver.Check();
        Assert.Null(driver.Retain(new LogIndex(200)));
        driver.Append(9, 10);
        driver.AppendAfter(new LogIndex(250), 10, 5);
        driver.Flush();
        driver.Check();
        var before = driver.Model.Tail.Index;
        for (var i = 0; i < 300; i++) driver.Append(10, 4_000);
        driver.Flush();
        var again = driver.Retain(driver.Model.Tail.Index)!;
        Assert.Equal(again, driver.Listener.WaitBaseMoved(moved.Index));
        driver.Check();
        var left = driver.Model.Batches.Sum(batch => (long)batch.Encoded.Length);
        Assert.True(left >= 100_000, $"Only {left} bytes are left of {before} and 300 more batches.");
    }

    [Fact]
    public void Safety_25_only_a_beginning_that_was_proposed_is_taken()
    {
        var driver = OpenLog(retentionBytes: 100_000);
        for (var i = 0; i < 300; i++) driver.Append(1, 4_000);
        driver.Flush();
        var proposed = driver.Log.Writer.FindNewBase(new LogIndex(290))!.Value;
        Tail[] others =
        [
            proposed with { Index = proposed.Index.Next }, proposed with { Term = new Term(9) }, proposed with { Time = LogTime.Zero }, Tail.Empty,
        ];
        foreach (var wrong in others)
            Assert.Throws<InvariantBrokenException>(() => driver.Log.Writer.MoveBase(new LogBase(wrong)));
        driver.Check();
        Assert.NotNull(driver.Retain(new LogIndex(290)));
        driver.Check();
    }

    [Fact]
    public void A_checkpoint_is_of_the_tail()
    {
        var driver = OpenLog();
        driver.Append(1, 10);
        driver.KeepCheckpoint();
        Assert.Throws<InvariantBrokenException>(() => driver.Log.Writer.KeepCheckpoint(LogBase.Empty));
        driver.Append(1, 10);
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Without_retention_settings_nothing_goes()
    {
        var driver = OpenLog();
        for (var i = 0; i < 300; i++) driver.Append(1, 4_000);
        driver.Flush();
        Assert.Null(driver.Retain(new LogIndex(300)));
        driver.Append(1, 1);
        driver.Flush();
        Assert.Null(driver.Listener.Base);
        driver.Check();
    }

    [Fact]
    public void Safety_28_a_second_opening_is_refused_until_the_first_is_closed()
    {
        var store = Factory().Open("g", "n0");
        var refused = Assert.Throws<StoreException>(() => Factory().Open("g", "n0"));
        Assert.DoesNotContain('\n', refused.Message);
        store.Dispose();
        Factory().Open("g", "n0").Dispose();
    }

    [Fact]
    public void A_broken_promise_of_the_owner_is_refused_and_changes_nothing()
    {
        var driver = OpenLog();
        for (var i = 0; i < 5; i++) driver.Append(2, 10);
        var gap = Batch.Entries(new Tail(new LogIndex(7), new Term(2), new EntryIndex(7)), new Term(2), [new byte[1]]);
        var otherPrevious = Batch.Entries(new Tail(new LogIndex(3), new Term(1), new EntryIndex(3)), new Term(3), [new byte[1]]);
        var earlier = Batch.Entries(driver.Model.Tail with { Time = LogTime.Zero }, new Term(2), [new byte[1]]);
        var otherEntry = Batch.Entries(new Tail(new LogIndex(5), new Term(2), new EntryIndex(6)), new Term(2), [new byte[1]]);
        foreach (var wrong in new[] { gap, otherPrevious, otherEntry, earlier })
            Assert.Throws<InvariantBrokenException>(() => driver.Log.Writer.TryAppend(wrong, out _));
        Assert.Throws<InvariantBrokenException>(() => driver.Log.Writer.TryTruncate(new LogIndex(6), out _));
        driver.Append(2, 10);
        driver.Flush();
        driver.Check();
    }

    [Fact]
    public void Any_sequence_of_operations_leaves_what_the_model_says() =>
        Gen.Int[0, 9_999].Array[1, 120].Sample(
            numbers =>
            {
                var machine = NewMachine();
                var driver = OpenLog(machine, retentionBytes: 0);
                try
                {
                    foreach (var number in numbers) driver = Step(machine, driver, number);
                    driver.Flush();
                    driver.Check(bytesMax: 1_000);
                }
                finally
                {
                    CloseAll();
                }
            },
            iter: RandomSequences,
            threads: 1);

    private protected virtual int RandomSequences => 200;

    /// <summary>One random operation, which the number decides: the hundreds say where or how large.</summary>
    private LogDriver Step(Func<long, ILogStoreFactory> machine, LogDriver driver, int number)
    {
        var model = driver.Model;
        var term = Math.Max(1, model.Tail.Term.Value);
        var (kind, where) = (number % 100, number / 100);
        var live = (int)(model.Tail.Index.Value - model.Base.Index.Value);
        var below = new LogIndex(model.Tail.Index.Value - (live * where / 100));
        if (kind < 50) driver.Append(term, [.. Enumerable.Range(0, (where % 4) + 1).Select(i => where * i)]);
        else if (kind < 55) driver.Append(term + 1);
        else if (kind < 58) driver.Append(term, 20_000 + where);
        else if (kind < 68) driver.AppendAfter(below, term + 1, where);
        else if (kind < 72) driver.AppendAfter(below, Math.Max(1, term), where);
        else if (kind < 80) driver.Truncate(below);
        else if (kind < 81) driver.Reset(new Tail(new LogIndex(where * 1_000), new Term(term), new EntryIndex(where * 1_000_000L)));
        else if (kind < 88) driver.Flush();
        else if (kind < 92) Assert.Null(driver.Save(new HardState(new Term(term), $"n{where}", [])));
        else if (kind < 97 || !Durable) driver.Check(bytesMax: where * 20);
        else
        {
            CloseAll();
            driver = OpenLog(machine, retentionBytes: 0, model);
            driver.Check();
        }

        return driver;
    }

    /// <summary>Opens store and log of group g, member n0; closed after the test.</summary>
    private protected LogDriver OpenLog(long retentionBytes = 0, ModelLog? model = null) =>
        OpenLog(_machine ??= NewMachine(), retentionBytes, model);

    private LogDriver OpenLog(Func<long, ILogStoreFactory> machine, long retentionBytes, ModelLog? model = null)
    {
        var store = machine(retentionBytes).Open("g", "n0");
        _open.Add(store);
        var listener = new RecordingListener();
        var log = store.OpenGroup("g", listener);
        _open.Add(log);
        return new LogDriver(log, listener, model);
    }

    private protected void CloseAll()
    {
        for (var i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
        _open.Clear();
    }
}
