using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>
/// One life of a store, decided by a seed: a few times it is opened, worked with and killed in the middle, with or without the power going; each
/// opening must find what was promised, in the order that it was given, and nothing else.
/// </summary>
/// <remarks>
/// The promise: what an opening finds is the work given so far up to some point of it, and that point is not before the last flush that was reported.
/// <code>
///   given:    a b c d e f g h        flushed: up to d        found: d, e, f, g or h as the last one
/// </code>
/// </remarks>
internal sealed class PowerLossRun
{
    private readonly int _seed;
    private readonly Random _random;
    private readonly Func<IStoreFiles, ILogStoreFactory> _factoryOver;
    private readonly Func<IStoreFiles, string?>? _damageIn;
    private readonly bool _diskLies;
    private readonly PowerLossDisk _disk;
    private readonly List<string> _story = [];
    private readonly int _usualSize;
    private readonly bool _monotonous;

    /// <summary>What the last opening found: it said that all of it is flushed.</summary>
    private ModelLog _found = new();

    /// <summary>What was given since, and how much of it was reported as flushed.</summary>
    private List<(WalAddress EndsAt, Action<ModelLog> Apply)> _given = [];
    private int _flushed;

    private HardState _saved = HardState.Initial;
    private HardState? _saving;
    private Guid? _storeId;
    private LogIndex _retained;
    private LogIndex _reportedBase;

    /// <summary>Every base that the log was told to begin behind, and every checkpoint that was given.</summary>
    private readonly HashSet<LogBase> _moved = [];
    private readonly HashSet<LogBase> _kept = [];

    /// <param name="damageIn">Checks a store that nobody has open, and names its damage; null when there is no such check.</param>
    public PowerLossRun(int seed, Func<IStoreFiles, ILogStoreFactory> factoryOver, bool diskLies = false, Func<IStoreFiles, string?>? damageIn = null)
    {
        _damageIn = damageIn;
        _seed = seed;
        _random = new Random(seed);
        _factoryOver = factoryOver;
        _diskLies = diskLies;
        _disk = new PowerLossDisk(_random.Next());
        _usualSize = _random.Next(8) switch
        {
            // One frame a page: what is lost at the end of one leaves old frames whole at the start of the next.
            0 => _random.Next(22_000, 39_000),
            // These fill segments, so that retention and checkpoints come into play.
            1 or 2 => _random.Next(4_000, 12_000),
            _ => _random.Next(700),
        };
        _monotonous = _random.Next(4) == 0;
    }

    /// <summary>Null if every promise was kept; else what happened, with seed, story and the disk's journal.</summary>
    public string? Failure()
    {
        try
        {
            var lives = _random.Next(2, 7);
            for (var life = 0; life < lives; life++) Live();
            StopCleanly();
            return null;
        }
        catch (Exception error)
        {
            return $"Seed {_seed}: {error}\nStory:\n  {string.Join("\n  ", _story)}\nDisk, last operations:\n{_disk.Journal()}";
        }
    }

    private void Live()
    {
        var files = Boot();
        // After a failed sync the page cache may show what no disk will ever have: the next opening must not trust it (SAFETY 23, 24).
        if (_random.Next(6) == 0) files.Fail(_random.Next(4) == 0 ? DiskOperation.Write : DiskOperation.Sync, _random.Next(1, 40));
        else if (_random.Next(2) == 0) files.DieAfter(_random.Next(3) == 0 ? _random.Next(25) : _random.Next(150));
        if (Opened(files) is not { } opening)
        {
            Crash();
            return;
        }

        var stopsCleanly = _random.Next(5) == 0;
        try
        {
            Work(files, opening.Driver);
            Tell(files.IsSick ? "the disk failed or the machine died" : "enough");
        }
        catch (Exception error) when (files.IsSick && error is IOException or StoreException)
        {
            Tell($"died while reading: {error.Message}");
        }
        finally
        {
            // Now and then a clean stop: its mark and checkpoint are what the next opening starts from.
            if (stopsCleanly) Close(opening);
            Crash();
            Close(opening);
        }

        _given = opening.Driver.Given;
        _kept.UnionWith(opening.Driver.Kept);
        var flushedTo = opening.Listener.FlushedTo;
        _flushed = _given.Count(write => write.EndsAt <= flushedTo);
        if (stopsCleanly && opening.Listener.Failure is null) Assert.Equal(_given.Count, _flushed);
        if (opening.Listener.Base is { } moved) _reportedBase = LogIndex.Max(_reportedBase, moved.Index);
        Tell($"flushed to {flushedTo}, {_flushed} of {_given.Count} writes; base {_reportedBase}; {opening.Listener.Failure ?? "no failure"}");
        Assert.Empty(opening.Listener.Breaches);
    }

    /// <summary>After all crashes: whatever was found can be closed and opened without a difference.</summary>
    private void StopCleanly()
    {
        var opening = Opened(Boot()) ?? throw new InvalidOperationException("A machine that does not die cannot be dead.");
        Assert.Null(_found.DifferenceFrom(opening.Driver.Log));
        Assert.True(Append(opening.Driver, _found.Tail.Index, [100]), opening.Listener.Failure);
        Close(opening);
        Assert.Null(opening.Listener.Failure);
        _disk.Kill();
        _given = opening.Driver.Given;
        _kept.UnionWith(opening.Driver.Kept);
        _flushed = _given.Count;
        if (opening.Listener.Base is { } moved) _reportedBase = LogIndex.Max(_reportedBase, moved.Index);
        if (_random.Next(2) == 0) _disk.PowerFails();
        Close(Opened(Boot()) ?? throw new InvalidOperationException("A machine that does not die cannot be dead."));
    }

    private PowerLossFiles Boot()
    {
        // A power loss damages nothing, whatever reads the folder first.
        if (_damageIn is not null && _storeId is not null && _random.Next(3) == 0)
        {
            Assert.Null(_damageIn(_disk.Boot()));
            _disk.Kill();
        }

        var files = _disk.Boot();
        files.Lies = _diskLies;
        return files;
    }

    /// <summary>Opens and checks; null when the machine died meanwhile.</summary>
    private Opening? Opened(PowerLossFiles files)
    {
        ILogStore? store = null;
        IGroupLog? log = null;
        var listener = new RecordingListener();
        try
        {
            store = _factoryOver(files).Open("g", "n0");
            log = store.OpenGroup("g", listener);
        }
        catch (Exception error) when (files.IsSick && error is IOException or StoreException)
        {
            Tell($"died while opening: {error.Message}");
            store?.Dispose();
            return null;
        }

        var opening = new Opening(store, log, listener, new LogDriver(log, listener));
        if (_storeId is { } id) Assert.Equal(id, store.StoreId);
        _storeId = store.StoreId;
        var found = ReadAll(log, files);
        if (found is null)
        {
            Close(opening);
            return null;
        }

        CheckHardState(log.HardState.Loaded);
        Tell($"opened: {found.Base} to {found.Tail}, voted {_saved.VotedFor} in {_saved.Term}");
        CheckLog(found);
        if (log.FoundCheckpoint is { } checkpoint)
            Assert.True(
                _kept.Contains(checkpoint) && found.At(checkpoint.Index) == checkpoint.Tail, $"{checkpoint} was not given, or is not in the log.");
        _found = found;
        _given = [];
        _flushed = 0;
        return opening with { Driver = new LogDriver(log, listener, found.Copy()) };
    }

    private static ModelLog? ReadAll(IGroupLog log, PowerLossFiles files)
    {
        var found = new ModelLog();
        found.Reset(log.Writer.Base);
        var into = new List<Batch>();
        try
        {
            while (log.Reader.Read(found.Tail.Index.Next, 100_000, into) == ReadOutcome.Found)
            {
                foreach (var batch in into)
                {
                    Assert.Equal(found.Tail.Point, batch.PreviousPoint);
                    Assert.Equal(found.Tail.NextEntry, batch.FirstEntry);
                    found.Append(batch);
                }

                into.Clear();
            }
        }
        catch (Exception error) when (files.IsSick && error is IOException or StoreException)
        {
            return null;
        }

        Assert.Equal(found.Tail, log.Writer.Tail);
        return found;
    }

    private void CheckHardState(HardState loaded)
    {
        var isSaved = Same(loaded, _saved);
        Assert.True(isSaved || (_saving is not null && Same(loaded, _saving)),
            $"Loaded term {loaded.Term} vote {loaded.VotedFor}; saved was term {_saved.Term} vote {_saved.VotedFor}; being saved was "
            + $"{_saving?.Term} {_saving?.VotedFor}.");
        _saved = loaded;
        _saving = null;
    }

    private void CheckLog(ModelLog found)
    {
        Assert.True(found.Base.Index >= _reportedBase, $"The base {found.Base} is before {_reportedBase}, which was reported.");
        var candidate = _found.Copy();
        var differences = new List<string>();
        for (var i = 0; i <= _given.Count; i++)
        {
            if (i > 0) _given[i - 1].Apply(candidate);
            if (i < _flushed) continue;
            if (DifferenceOf(found, candidate) is not { } difference) return;
            differences.Add($"after {i} of {_given.Count}: {difference}");
        }

        Assert.Fail($"What was found ({found.Base} to {found.Tail}) is no state since the last flush:\n    {string.Join("\n    ", differences)}");
    }

    /// <summary>Null if they are the same but for what retention may have taken.</summary>
    private string? DifferenceOf(ModelLog found, ModelLog candidate)
    {
        if (candidate.Tail != found.Tail) return $"the tail is {found.Tail}, not {candidate.Tail}";
        if (!candidate.Base.Equals(found.Base))
        {
            var isBetween = found.Base.Index >= candidate.Base.Index && found.Base.Index <= candidate.Tail.Index;
            if (!_moved.Contains(found.Base) || !isBetween || found.Base.Index >= _retained)
                return $"the base is {found.Base}, not {candidate.Base}, committed is {_retained}";
            if (candidate.At(found.Base.Index) != found.Base.Tail) return $"the base is {found.Base}, not {candidate.At(found.Base.Index)}";
        }

        foreach (var batch in found.Batches)
        {
            var expected = candidate.Batches[(int)(batch.Index.Value - candidate.Base.Index.Value) - 1];
            if (!batch.Encoded.Span.SequenceEqual(expected.Encoded.Span)) return $"there is {batch}, not {expected}";
        }

        return null;
    }

    private void Work(PowerLossFiles files, LogDriver driver)
    {
        // A life that only opens and dies tests what the opening promised, a short one what the life before it left behind the tail.
        var steps = _random.Next(4) switch
        {
            0 => 0,
            1 => _random.Next(5),
            _ => _random.Next(60),
        };
        for (var step = 0; step < steps && !files.IsSick; step++)
        {
            if (!Step(driver)) return;
        }
    }

    /// <summary>One piece of work; false when the store has failed.</summary>
    private bool Step(LogDriver driver)
    {
        var model = driver.Model;
        var committed = Committed(driver);
        var above = new LogIndex(_random.NextInt64(committed.Value, model.Tail.Index.Value + 1));
        if (_monotonous && _saved.Term > Term.None) return _random.Next(8) == 0 ? driver.Listener.WaitFlushed(driver.EndsAt) : AppendUsual(driver);
        switch (_random.Next(100))
        {
            case < 25:
                return AppendUsual(driver);
            case < 45:
                return Append(driver, model.Tail.Index, [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => SomeSize())]);
            case < 50:
                for (var i = _random.Next(2, 20); i > 0; i--)
                {
                    if (!Append(driver, model.Tail.Index, [_random.Next(3_000)])) return false;
                }

                return true;
            case < 57:
                return NewTerm(driver) && Append(driver, above, []);
            case < 62:
                return Append(driver, above, [SomeSize()]);
            case < 68:
                Tell($"truncate after {above}");
                return driver.TryTruncate(above) == WriteOutcome.Accepted;
            case < 69:
                var index = model.Tail.Index.Value + _random.Next(1, 1_000);
                var newBase = new Tail(
                    new LogIndex(index), new Term(_saved.Term.Value), new EntryIndex(model.Tail.NextEntry.Value + _random.Next(1_000)));
                if (newBase.Term < model.Tail.Term || newBase.Term == Term.None) return true;
                Tell($"reset to {newBase}");
                return driver.TryReset(new LogBase(newBase, LogDriver.SomePrefix())) == WriteOutcome.Accepted;
            case < 82:
                return driver.Listener.WaitFlushed(driver.EndsAt);
            case < 85:
                return Read(driver);
            case < 92:
                _retained = LogIndex.Max(_retained, committed);
                if (driver.Retain(committed) is { } moved) _moved.Add(moved);
                return driver.Listener.Failure is null;
            case < 94:
                driver.KeepCheckpoint();
                return driver.Listener.Failure is null;
            default:
                return NewTerm(driver);
        }
    }

    /// <summary>Frames of equal length are what lets old bytes behind a cut tail come back to life (SAFETY 21).</summary>
    private bool AppendUsual(LogDriver driver)
    {
        for (var i = Math.Max(1, _random.Next(-4, 8)); i > 0; i--)
        {
            if (!Append(driver, driver.Model.Tail.Index, [_usualSize])) return false;
        }

        return true;
    }

    private int SomeSize() => _random.Next(10) switch
    {
        0 => 0,
        1 => _random.Next(20_000),
        2 or 3 => _random.Next(5_000),
        _ => _random.Next(300),
    };

    private bool Append(LogDriver driver, LogIndex after, int[] sizes)
    {
        if (_saved.Term == Term.None && !NewTerm(driver)) return false;
        // Like a leader of the saved term, or a follower of one: never below the batch before.
        var previous = driver.Model.At(after).Term;
        var term = _random.Next(4) == 0 ? _saved.Term : new Term(Math.Max(1, previous.Value));
        if (term > _saved.Term || term < previous) return true;
        var batch = driver.NewBatch(after, term, sizes);
        Tell($"append {batch}, {batch.Encoded.Length} bytes");
        return driver.TryAppend(batch) == WriteOutcome.Accepted;
    }

    private bool NewTerm(LogDriver driver)
    {
        var next = new HardState(
            new Term(_saved.Term.Value + _random.Next(2)), $"n{_random.Next(100)}",
            [new KnownPeer("n1", new Guid(_random.Next(), 0, 0, new byte[8]), _random.Next(2) == 0)]);
        if (next.Term == Term.None) next = next with { Term = new Term(1) };
        _saving = next;
        if (driver.Save(next) is { } failure)
        {
            Tell($"save of {next.Term} {next.VotedFor} failed: {failure}");
            return false;
        }

        Tell($"saved {next.Term} {next.VotedFor}");
        _saved = next;
        _saving = null;
        return true;
    }

    /// <summary>The highest batch that is flushed and not superseded or truncated since: what Raft could have committed.</summary>
    private LogIndex Committed(LogDriver driver)
    {
        var flushedTo = driver.Listener.FlushedTo;
        var flushed = _found.Copy();
        foreach (var (endsAt, apply) in driver.Given)
        {
            if (endsAt > flushedTo) break;
            apply(flushed);
        }

        var model = driver.Model;
        // A moved base takes nothing that counts; behind a reset that is not flushed nothing could have been committed.
        if (_moved.Contains(model.Base) && model.Base.Index > flushed.Base.Index && model.Base.Index <= flushed.Tail.Index)
            flushed.MoveBase(model.Base);
        if (!flushed.Base.Equals(model.Base)) return model.Base.Index;
        var index = LogIndex.Min(flushed.Tail.Index, model.Tail.Index);
        while (index > model.Base.Index && !ReferenceEquals(Of(flushed, index), Of(model, index))) index = index.Previous;
        return index;

        static Batch Of(ModelLog log, LogIndex index) => log.Batches[(int)(index.Value - log.Base.Index.Value) - 1];
    }

    /// <summary>Reads something while the store is at work.</summary>
    private bool Read(LogDriver driver)
    {
        var model = driver.Model;
        var from = new LogIndex(_random.NextInt64(model.Base.Index.Value, model.Tail.Index.Value + 2));
        var into = new List<Batch>();
        var outcome = driver.Log.Reader.Read(from, _random.Next(10_000), into);
        if (outcome == ReadOutcome.BelowBase)
            Assert.True(from <= model.Base.Index || from < _retained, $"A read from {from} is below the base; {_retained} is committed.");
        else Assert.Equal(from > model.Tail.Index ? ReadOutcome.AboveTail : ReadOutcome.Found, outcome);
        foreach (var batch in into)
        {
            Assert.Equal(model.At(from), batch.Tail);
            from = from.Next;
        }

        return true;
    }

    private void Crash()
    {
        if (_random.Next(10) < 6)
        {
            Tell("power fails");
            _disk.PowerFails();
        }
        else
        {
            Tell("killed");
            _disk.Kill();
        }
    }

    private static void Close(Opening opening)
    {
        opening.Log.Dispose();
        opening.Store.Dispose();
    }

    private void Tell(string what) => _story.Add(what);

    private static bool Same(HardState left, HardState right) =>
        left.Term == right.Term && left.VotedFor == right.VotedFor && left.Peers.SequenceEqual(right.Peers);

    private sealed record Opening(ILogStore Store, IGroupLog Log, RecordingListener Listener, LogDriver Driver);
}
