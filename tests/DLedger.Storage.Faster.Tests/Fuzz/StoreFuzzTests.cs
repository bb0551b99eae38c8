using DLedger.Core;
using DLedger.Storage.Faster.Tests.Damage;
using Xunit;

namespace DLedger.Storage.Faster.Tests.Fuzz;

/// <summary>
/// Whole stores with something changed in one of their files: each is refused by a <see cref="StoreException"/> at opening or reading, or shows only
/// batches that were once given, each at its place. No other exception, no hang.
/// </summary>
public sealed class StoreFuzzTests : IDisposable
{
    private const int Inputs = 1_500;

    private readonly StoreOnDisk _store = new() { Options = SmallStore.Smallest with { IdleMarkAfter = TimeSpan.FromHours(1) } };

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_with_changed_bytes_is_refused_or_shows_only_what_was_given(bool stoppedCleanly)
    {
        var random = new Random(stoppedCleanly ? 21 : 22);
        var driver = _store.Open();
        Assert.Null(driver.Save(new HardState(new Term(3), "n0", [])));
        var given = new Dictionary<LogPoint, HashSet<string>>();
        for (var i = 0; i < 80; i++)
        {
            var batch = i % 9 == 8
                ? driver.AppendAfter(new LogIndex(driver.Model.Tail.Index.Value - 3), 1 + (i / 30), 20, 30)
                : driver.Append(1 + (i / 30), random.Next(3_000));
            if (i % 3 == 0) driver.Flush();
            if (!given.TryGetValue(batch.Point, out var bodies)) given[batch.Point] = bodies = [];
            bodies.Add(Convert.ToBase64String(batch.Encoded.Span));
        }

        driver.Flush();
        if (stoppedCleanly) _store.StopCleanly();
        else _store.Kill();
        var intact = _store.Disk.Names().ToDictionary(name => name, _store.Disk.Content);
        var names = intact.Keys.Where(name => intact[name].Length > 0).Order(StringComparer.Ordinal).ToArray();
        int refusedAtOpening = 0, refusedAtReading = 0, opened = 0;
        for (var i = 0; i < Inputs; i++)
        {
            foreach (var extra in _store.Disk.Names().Where(name => !intact.ContainsKey(name)).ToArray()) _store.Disk.Remove(extra);
            foreach (var (name, content) in intact) _store.Disk.Replace(name, content);
            var changed = names[random.Next(names.Length)];
            _store.Disk.Replace(changed, SomeChange(random, intact[changed]));
            try
            {
                driver = _store.Open();
                opened++;
                ReadAll(driver.Log, given);
                // A clean stop proves all of it: then it is all there, or it is refused.
                if (stoppedCleanly) Assert.Equal(_store.Model.Tail, driver.Log.Writer.Tail);
            }
            catch (StoreException)
            {
                if (_store.IsOpen) refusedAtReading++;
                else refusedAtOpening++;
            }
            finally
            {
                _store.Kill();
            }
        }

        Assert.True(opened > 0 && refusedAtOpening > 0, $"{opened} opened, {refusedAtOpening} refused at opening, {refusedAtReading} at reading.");
    }

    private static void ReadAll(IGroupLog log, Dictionary<LogPoint, HashSet<string>> given)
    {
        var into = new List<Batch>();
        var next = log.Reader.Base.Index.Next;
        while (log.Reader.Read(next, 10_000, into) == ReadOutcome.Found)
        {
            foreach (var batch in into)
            {
                Assert.Equal(next, batch.Index);
                Assert.Contains(Convert.ToBase64String(batch.Encoded.Span), given[batch.Point]);
                next = next.Next;
            }

            into.Clear();
        }

        Assert.Equal(next, log.Writer.Tail.Index.Next);
    }

    /// <summary>Mostly where there is something to change: the used part of a file.</summary>
    private static byte[] SomeChange(Random random, byte[] content)
    {
        var used = content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        if (random.Next(20) == 0 || used == 0) return Mutation.Of(random, content);
        var changed = (byte[])content.Clone();
        var start = random.Next(used);
        var length = Math.Min(content.Length - start, random.Next(1, 600));
        var piece = Mutation.Of(random, content.AsSpan(start, length));
        piece.AsSpan(0, Math.Min(piece.Length, changed.Length - start)).CopyTo(changed.AsSpan(start));
        return changed;
    }
}
