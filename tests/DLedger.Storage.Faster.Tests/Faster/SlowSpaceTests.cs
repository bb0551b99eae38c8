using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>Space that comes slower than it is filled, or that cannot be had just now: that is no full disk.</summary>
public sealed class SlowSpaceTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_that_is_filled_faster_than_segments_are_made_waits_and_has_no_full_disk()
    {
        using var held = new ManualResetEventSlim();
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "allocate") held.Wait();
        };
        Assert.Equal(WriteOutcome.SpaceIsComing, FillUp(log));
        Assert.True(log.Writer.SpaceIsComing);
        Assert.Equal(0, log.Writer.FreeBytes);
        var changes = log.News.SpaceChanges;
        held.Set();
        log.News.WaitSpaceChanges(changes + 1);
        log.Flush(log.Append(10_000));
        Assert.Null(log.News.Failure);
    }

    [Fact]
    public void A_full_disk_is_still_called_one()
    {
        _folder.Options = _folder.Options with { SpaceRetryAfter = TimeSpan.FromHours(1) };
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "allocate") throw new DiskFullException("No space.");
        };
        WriteOutcome outcome;
        while ((outcome = FillUp(log)) == WriteOutcome.SpaceIsComing) log.News.WaitSpaceChanges(1);
        Assert.Equal(WriteOutcome.DiskFull, outcome);
        Assert.False(log.Writer.SpaceIsComing);
    }

    [Fact]
    public void Without_a_descriptor_for_the_next_segment_it_is_tried_again_and_nothing_fails()
    {
        _folder.Options = _folder.Options with { SpaceRetryAfter = TimeSpan.FromMilliseconds(1), CheckpointBytes = 64 * 1024 };
        var none = true;
        _folder.Files.Before = (operation, _) =>
        {
            if (operation == "create" && Volatile.Read(ref none)) throw new NoDescriptorException("Too many open files.");
        };
        // Its first segment and small files were made before.
        Volatile.Write(ref none, false);
        using var log = _folder.Open();
        Assert.Null(log.SaveTerm(1));
        Volatile.Write(ref none, true);
        FillUp(log);
        log.News.WaitSpaceChanges(1);
        var changes = log.News.SpaceChanges;
        Volatile.Write(ref none, false);
        log.News.WaitSpaceChanges(changes + 1);
        log.Flush(log.AppendMany(100, 10_000));
        Assert.Null(log.News.Failure);
    }

    /// <summary>Appends until there is no room; what the last append was told.</summary>
    private static WriteOutcome FillUp(OpenLog log)
    {
        while (true)
        {
            var seen = log.News.FlushedTo;
            switch (log.Writer.TryAppend(OpenLog.BatchAfter(log.Writer.Tail, 1, 10_000), out _))
            {
                case WriteOutcome.Accepted: log.AnswerCheckpoint(); break;
                case WriteOutcome.BufferFull: log.News.WaitFlushed(new WalAddress(seen.Value + 1)); break;
                case var outcome: return outcome;
            }
        }
    }
}
