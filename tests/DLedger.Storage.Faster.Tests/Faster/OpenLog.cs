using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>An open log with short words for what tests do to it.</summary>
internal sealed class OpenLog(TestFolder folder, ILogStore store, IGroupLog log) : IDisposable
{
    private int _answered;

    public ILogStore Store => store;

    public IGroupLog Log => log;

    public ILogWriter Writer => log.Writer;

    public ILogReader Reader => log.Reader;

    public StoreNews News { get; } = folder.News;

    public static Batch BatchAfter(Tail previous, long term, int bytes, byte fill = 0x5A) =>
        Batch.Entries(previous, new Term(term), [Enumerable.Repeat(fill, bytes).ToArray()]);

    /// <summary>Appends a batch of one entry behind the tail and returns where it ends.</summary>
    public WalAddress Append(int bytes = 100, long term = 1, byte fill = 0x5A) => Append(BatchAfter(Writer.Tail, term, bytes, fill));

    /// <summary>Appends, waiting for the disk whenever the buffer or the allocated space is used up.</summary>
    public WalAddress Append(Batch batch)
    {
        while (true)
        {
            var spaceChanges = News.SpaceChanges;
            var before = News.FlushedTo;
            switch (Writer.TryAppend(batch, out var endsAt))
            {
                case WriteOutcome.Accepted:
                    AnswerCheckpoint();
                    return endsAt;
                case WriteOutcome.SpaceIsComing or WriteOutcome.DiskFull: News.WaitSpaceChanges(spaceChanges + 1); break;
                case WriteOutcome.BufferFull: News.WaitFlushed(new WalAddress(before.Value + 1)); break;
                default: throw new InvalidOperationException(News.Failure);
            }
        }
    }

    /// <summary>Gives a checkpoint if one was asked for, as an owner does.</summary>
    public void AnswerCheckpoint()
    {
        if (News.CheckpointsDue == _answered) return;
        _answered = News.CheckpointsDue;
        Writer.KeepCheckpoint(new LogBase(Writer.Tail, new byte[] { 4, 5 }));
    }

    public WalAddress AppendMany(int count, int bytes = 100, long term = 1)
    {
        WalAddress last = default;
        for (var i = 0; i < count; i++) last = Append(bytes, term, (byte)i);
        return last;
    }

    public void Flush(WalAddress endsAt)
    {
        News.WaitFlushed(endsAt);
        Assert.Null(News.Failure);
    }

    /// <summary>Saves, and waits until it is on disk.</summary>
    public string? SaveTerm(long term, string? votedFor = null, params KnownPeer[] peers)
    {
        string? failure = null;
        using var done = new ManualResetEventSlim();
        log.HardState.Save(new HardState(new Term(term), votedFor, peers), reason =>
        {
            failure = reason;
            done.Set();
        });
        Assert.True(done.Wait(TimeSpan.FromSeconds(60)), "The save never came back.");
        return failure;
    }

    /// <summary>Moves the base as the retention settings want.</summary>
    public void Retain(LogIndex committed)
    {
        if (Writer.FindNewBase(committed) is { } newBase) Writer.MoveBase(new LogBase(newBase, new byte[] { 1, 2, 3 }));
    }

    public List<Batch> ReadAll()
    {
        var batches = new List<Batch>();
        for (var from = Reader.Base.Index.Next; Reader.Read(from, 256 * 1024, batches) == ReadOutcome.Found;) from = batches[^1].Index.Next;
        return batches;
    }

    public void Dispose()
    {
        log.Dispose();
        store.Dispose();
    }
}
