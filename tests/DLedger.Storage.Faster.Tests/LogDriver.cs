using DLedger.Core;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>The owner of a log in a test: writes, follows in a model what the log must hold, and waits where a real owner would.</summary>
internal sealed class LogDriver
{
    private static long _bodies;
    private static long _time;

    private Term _savedTerm;
    private int _answered;

    public LogDriver(IGroupLog log, RecordingListener listener, ModelLog? model = null)
    {
        Log = log;
        _savedTerm = log.HardState.Loaded.Term;
        Listener = listener;
        Model = model ?? new ModelLog();
    }

    /// <summary>Set when no space will come back by itself.</summary>
    public bool FullDiskIsFinal { get; set; }

    public IGroupLog Log { get; }

    public RecordingListener Listener { get; }

    public ModelLog Model { get; }

    /// <summary>Every accepted write in order: where it ends, and what it does to a model.</summary>
    public List<(WalAddress EndsAt, Action<ModelLog> Apply)> Given { get; } = [];

    /// <summary>Where the last write ends.</summary>
    public WalAddress EndsAt { get; private set; }

    /// <summary>Bytes that no other call returned: content that survives by accident is told from what was written.</summary>
    public static byte[] Body(int bytes)
    {
        var body = new byte[bytes];
        var state = (ulong)Interlocked.Increment(ref _bodies) * 0x9E3779B97F4A7C15;
        for (var i = 0; i < bytes; i++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            body[i] = (byte)state;
        }

        return body;
    }

    /// <summary>A batch of entries, or without sizes a control record, behind the batch at <paramref name="previous"/>.</summary>
    public Batch NewBatch(LogIndex previous, Term term, params int[] bodyBytes)
    {
        var time = new LogTime(Interlocked.Increment(ref _time));
        return bodyBytes.Length == 0
            ? Batch.Control(BatchKind.NoOp, Model.At(previous), term, time)
            : Batch.Entries(Model.At(previous), term, bodyBytes.Select(size => (ReadOnlyMemory<byte>)Body(size)).ToArray(), time);
    }

    public Batch Append(long term, params int[] bodyBytes) => AppendAfter(Model.Tail.Index, term, bodyBytes);

    /// <summary>Supersedes everything above <paramref name="previous"/>.</summary>
    public Batch AppendAfter(LogIndex previous, long term, params int[] bodyBytes)
    {
        SaveTerm(new Term(term));
        var batch = NewBatch(previous, new Term(term), bodyBytes);
        Assert.Equal(WriteOutcome.Accepted, TryAppend(batch));
        return batch;
    }

    public void Truncate(LogIndex last) => Assert.Equal(WriteOutcome.Accepted, TryTruncate(last));

    /// <summary>With a prefix of its own, of some bytes or none.</summary>
    public void Reset(Tail newBase)
    {
        SaveTerm(newBase.Term);
        Assert.Equal(WriteOutcome.Accepted, TryReset(new LogBase(newBase, SomePrefix())));
    }

    /// <summary>A prefix that no other call returned; empty now and then.</summary>
    public static byte[] SomePrefix() => Body((int)(Interlocked.Read(ref _bodies) % 4) * 50);

    /// <summary>Moves the base as the retention settings want, if they want it moved; the new base, or null.</summary>
    public LogBase? Retain(LogIndex committed)
    {
        if (Log.Writer.FindNewBase(committed) is not { } proposed) return null;
        var newBase = new LogBase(proposed, SomePrefix());
        Log.Writer.MoveBase(newBase);
        Model.MoveBase(newBase);
        return newBase;
    }

    /// <summary>Gives a checkpoint as of the tail.</summary>
    public LogBase KeepCheckpoint()
    {
        var asOf = new LogBase(Log.Writer.Tail, SomePrefix());
        Kept.Add(asOf);
        Log.Writer.KeepCheckpoint(asOf);
        return asOf;
    }

    /// <summary>Every checkpoint that was given.</summary>
    public List<LogBase> Kept { get; } = [];

    /// <summary>Gives one if one was asked for.</summary>
    private void AnswerCheckpoint()
    {
        if (Listener.CheckpointsDue == _answered) return;
        _answered = Listener.CheckpointsDue;
        KeepCheckpoint();
    }

    public WriteOutcome TryAppend(Batch batch) =>
        WhenThereIsRoom((out WalAddress endsAt) => Log.Writer.TryAppend(batch, out endsAt), model => model.Append(batch));

    public WriteOutcome TryTruncate(LogIndex last) =>
        WhenThereIsRoom((out WalAddress endsAt) => Log.Writer.TryTruncate(last, out endsAt), model => model.Truncate(last));

    public WriteOutcome TryReset(LogBase newBase) =>
        WhenThereIsRoom((out WalAddress endsAt) => Log.Writer.TryReset(newBase, out endsAt), model => model.Reset(newBase));

    public void Flush() => Assert.True(Listener.WaitFlushed(EndsAt), Listener.Failure);

    /// <summary>Saves and waits; returns the failure, or null.</summary>
    public string? Save(HardState state)
    {
        using var done = new ManualResetEventSlim();
        string? failure = null;
        Log.HardState.Save(state, reason =>
        {
            failure = reason;
            done.Set();
        });
        Assert.True(done.Wait(TimeSpan.FromSeconds(60)), "A save gave no answer.");
        if (failure is null) _savedTerm = state.Term;
        return failure;
    }

    /// <summary>The log holds what the model says, and the listener heard nothing that it must not hear.</summary>
    public void Check(int bytesMax = int.MaxValue)
    {
        Assert.Null(Model.DifferenceFrom(Log, bytesMax));
        Assert.Empty(Listener.Breaches);
        Assert.Null(Listener.Failure);
    }

    /// <summary>The term is on disk before any batch of it (SAFETY 1).</summary>
    private void SaveTerm(Term term)
    {
        if (term > _savedTerm) Assert.Null(Save(new HardState(term, null, [])));
    }

    private delegate WriteOutcome Write(out WalAddress endsAt);

    private WriteOutcome WhenThereIsRoom(Write write, Action<ModelLog> apply)
    {
        while (true)
        {
            var (flushes, spaceChanges) = (Listener.Flushes, Listener.SpaceChanges);
            switch (write(out var endsAt))
            {
                case WriteOutcome.Accepted:
                    // A truncate that drops nothing writes nothing.
                    Assert.True(endsAt >= EndsAt, $"A write ends at {endsAt}, the one before at {EndsAt}.");
                    EndsAt = endsAt;
                    Given.Add((endsAt, apply));
                    apply(Model);
                    AnswerCheckpoint();
                    return WriteOutcome.Accepted;
                case WriteOutcome.BufferFull:
                    if (!Listener.WaitAnotherFlush(flushes)) return WriteOutcome.Failed;
                    break;
                case WriteOutcome.SpaceIsComing:
                case WriteOutcome.DiskFull when !FullDiskIsFinal:
                    // Space is taken ahead of need, but a fast writer may outrun it.
                    if (!Listener.WaitSpaceChanged(spaceChanges)) return WriteOutcome.Failed;
                    break;
                case var outcome:
                    return outcome;
            }
        }
    }
}
