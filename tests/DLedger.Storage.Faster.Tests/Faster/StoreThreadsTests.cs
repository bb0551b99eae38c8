using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>
/// Whatever is thrown on a thread of the store stops the group with the reason, and never ends the thread, which would end the process.
/// </summary>
public sealed class StoreThreadsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>EACCES and EPERM, EFBIG, ECANCELED, as .NET has them; and what no disk says.</summary>
    public static TheoryData<string, Type> Throwing()
    {
        var data = new TheoryData<string, Type>();
        foreach (var operation in new[] { "write", "sync" })
        {
            foreach (
                var kind in new[] { typeof(UnauthorizedAccessException), typeof(ArgumentOutOfRangeException), typeof(OperationCanceledException),
                    typeof(OutOfMemoryException), typeof(InvalidOperationException) })
                data.Add(operation, kind);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Throwing))]
    public void Safety_24_whatever_a_save_of_the_hard_state_throws_stops_the_group_and_not_the_process(string operation, Type kind)
    {
        using var log = _folder.Open();
        _folder.Files.Before = (done, name) =>
        {
            if (done == operation && name == HardStateRecord.FileName) throw (Exception)Activator.CreateInstance(kind)!;
        };
        Assert.NotNull(log.SaveTerm(1));
        Assert.Contains("Saving the hard state failed", log.News.WaitFailed(), StringComparison.Ordinal);
        Assert.NotNull(log.SaveTerm(2));
    }

    [Theory]
    [MemberData(nameof(Throwing))]
    public void Safety_24_whatever_a_write_of_the_log_throws_stops_the_group_and_not_the_process(string operation, Type kind)
    {
        using var log = _folder.Open();
        _folder.Files.Before = (done, name) =>
        {
            if (done == operation && WalGeometry.SegmentNumber(name) is not null) throw (Exception)Activator.CreateInstance(kind)!;
        };
        log.Append();
        Assert.Contains("Writing the log failed", log.News.WaitFailed(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_housekeeping_throws_stops_the_group_and_not_the_process()
    {
        using var log = _folder.Open();
        _folder.Files.Before = (done, _) =>
        {
            if (done == "create") throw new InvalidCastException("a bug of ours");
        };
        for (
            var i = 0; i < 30 && log.News.Failure is null
                && log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10_000), out var end) == WriteOutcome.Accepted; i++)
            log.News.WaitFlushed(end);
        Assert.Contains("a bug of ours", log.News.WaitFailed(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_owner_that_can_no_longer_be_told_ends_no_thread_of_the_store()
    {
        using var log = _folder.Open();
        // As an owner does: the term is saved before anything is appended in it. A log with a term above the hard state's would not open again.
        Assert.Null(log.SaveTerm(1));
        using var flushed = new ManualResetEventSlim();
        using var saved = new ManualResetEventSlim();
        log.News.OnFlushed = _ =>
        {
            flushed.Set();
            throw new InvalidOperationException("its threads are gone");
        };
        log.Append();
        // What was thrown first ends all writing, so the batch has to be written by then.
        Assert.True(flushed.Wait(TimeSpan.FromSeconds(60)));
        log.Log.HardState.Save(new HardState(new Term(2), null, []), _ =>
        {
            saved.Set();
            throw new InvalidOperationException("its threads are gone");
        });
        Assert.True(saved.Wait(TimeSpan.FromSeconds(60)));
        // Closes as it should, which joins all threads.
        log.Dispose();
        log.News.OnFlushed = null;
        using var again = _folder.Open();
        Assert.Single(again.ReadAll());
    }

    [Fact]
    public void A_file_that_takes_its_time_to_open_holds_up_nobody_who_uses_another()
    {
        _folder.Options = _folder.Options with { CacheBytes = 0 };
        using (var log = _folder.Open())
        {
            Assert.Null(log.SaveTerm(1));
            log.Flush(log.AppendMany(200, 10_000));
        }

        using var reached = new ManualResetEventSlim();
        using var held = new ManualResetEventSlim();
        using var again = _folder.Open();
        _folder.Files.Before = (done, name) =>
        {
            if (done != "open" || name != WalGeometry.SegmentName(1)) return;
            reached.Set();
            held.Wait();
        };
        var reader = new Thread(() => again.Reader.Read(new LogIndex(30), 1, []));
        reader.Start();
        Assert.True(reached.Wait(TimeSpan.FromSeconds(60)));
        again.Flush(again.Append());
        held.Set();
        reader.Join();
    }

    [Fact]
    public void Stalls_are_noticed_however_busy_the_applications_thread_pool_is()
    {
        _folder.Options = _folder.Options with { StallAfter = TimeSpan.FromMilliseconds(20) };
        ThreadPool.GetMaxThreads(out var most, out var ports);
        ThreadPool.GetMinThreads(out var least, out _);
        using var end = new ManualResetEventSlim();
        using var log = _folder.Open();
        using var held = new ManualResetEventSlim();
        _folder.Files.Before = (done, name) =>
        {
            if (done == "sync" && WalGeometry.SegmentNumber(name) is not null) held.Wait();
        };
        using var busy = new CountdownEvent(1);
        Assert.True(ThreadPool.SetMaxThreads(Math.Max(least, Environment.ProcessorCount), ports));
        try
        {
            for (var i = 0; i < 4 * most; i++)
            {
                if (i >= 64) break;
                ThreadPool.UnsafeQueueUserWorkItem(_ => end.Wait(), null);
            }

            log.Append();
            log.News.WaitStalled(true);
            held.Set();
            log.News.WaitStalled(false);
        }
        finally
        {
            held.Set();
            end.Set();
            ThreadPool.SetMaxThreads(most, ports);
        }
    }
}
