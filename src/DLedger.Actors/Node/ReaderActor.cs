using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// Reads batches for clients and for peers that are behind. The only role that may wait for the disk, so it has threads of its own.
/// </summary>
internal sealed class ReaderActor(RoleContext context) : RoleActor(context)
{
    // What an entry takes on the wire besides its bytes; entries of no bytes fill an answer too.
    private const int EntryBytes = 32;
    private const int ReadBytes = 256 * 1024;

    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMilliseconds(250);

    private readonly ILogReader _reader = context.Log.Reader;

    /// <summary>Reads that came before what they have to see was applied here.</summary>
    private readonly AppliedReads<ServeRead> _early = new();

    private readonly List<Batch> _batches = [];

    /// <summary>What may be shown while a message is handled: all that is applied.</summary>
    private LogIndex _applied = context.Log.Writer.Base.Index;
    private Tail _appliedTail = context.Log.Writer.Base.Tail;

    public static Props Props(RoleContext context) =>
        Akka.Actor.Props.Create(() => new ReaderActor(context)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.ReaderDispatcher);

    protected override void Started() => Become(Reading);

    protected override void PostStop()
    {
        foreach (var read in _early.TakeAll()) Reject(read, RejectReason.Stopping, null);
    }

    private void Reading(object message)
    {
        _applied = Shared.Applied.Value;
        switch (message)
        {
            case Leading or Follow:
                break;
            case ServeRead read:
                OnRead(read);
                break;
            case AppliedAdvanced:
                ServeEarly();
                break;
            case Tick:
                RejectExpired();
                ServeEarly();
                break;
            case ReadLog read:
                ReadForPeer(read);
                break;
            case AskEntries ask:
                TellEntries(ask);
                break;
            case AnswerLater later:
                later.To.Tell(later.Answer);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void TellEntries(AskEntries ask)
    {
        try
        {
            // A state machine may be behind; what is committed is so all the same.
            var committed = ask.Committed > _applied && TailAt(ask.Committed) is { } tail ? tail : AppliedTail();
            Sender.Tell(new EntriesAre(committed.NextEntry, TailAt(ask.Flushed)?.NextEntry));
        }
        catch (StoreBusyException)
        {
            // A status without it says that a role does not answer.
        }
    }

    private void ReadForPeer(ReadLog read)
    {
        List<Batch> batches = [];
        ReadOutcome outcome;
        try
        {
            outcome = _reader.Read(read.From, read.BytesMax, batches);
        }
        catch (StoreBusyException)
        {
            // Whoever gets nothing asks again: not at once.
            Timers.StartSingleTimer(
                Sender.Path.Name, new AnswerLater(Sender, new BatchesRead(ReadOutcome.Found, [], read.Question)), Settings.HeartbeatInterval);
            return;
        }

        // The log may have changed hands since the question: a push names the term it expects (SAFETY 12).
        if (batches.Count > 0 && batches[0].Term != read.Expected) batches.Clear();
        Sender.Tell(new BatchesRead(outcome, batches, read.Question));
    }

    private void OnRead(ServeRead read)
    {
        // SAFETY 77: on a leader of a plain log it is nearly always.
        if (read.Point.Entry is null && read.Point.Batch <= _applied)
        {
            Serve(read);
            return;
        }

        _early.Add(read, read.Point, read.Deadline);
        if (!Timers.IsTimerActive(nameof(Tick))) Timers.StartPeriodicTimer(nameof(Tick), new Tick(), ExpireEvery);
        ServeEarly();
    }

    /// <summary>Serves what may be served by now; whoever applies more sends word as long as anything waits.</summary>
    private void ServeEarly()
    {
        try
        {
            while (true)
            {
                // What an entry waits for is known by its number, which stands in the log.
                var next = _early.WaitsForEntries ? AppliedTail().NextEntry : EntryIndex.Zero;
                while (_early.TryTake(_applied, next, out var read)) Serve(read);
                if (_early.Count == 0) break;
                Shared.Applied.Await();
                if (Shared.Applied.Value == _applied) return;
                _applied = Shared.Applied.Value;
            }
        }
        catch (StoreBusyException)
        {
            return; // the next tick tries again
        }

        Timers.Cancel(nameof(Tick));
    }

    private void RejectExpired()
    {
        foreach (var read in _early.TakeExpired(Now)) Reject(read, RejectReason.Busy, read.Missing);
    }

    private void Reject(ServeRead read, RejectReason reason, string? detail)
    {
        Shared.Reads.Leave();
        read.Client.Tell(Refusal.Of(read.Question, reason, null, detail), Node);
    }

    private void Serve(ServeRead serve)
    {
        try
        {
            Shared.Reads.Leave();
            Invariant.Holds(serve.Point.Batch <= _applied, "A read is served once its position is applied.");
            serve.Client.Tell(serve.Question is Read read ? Answer(read) : Answer((GetCommitPosition)serve.Question), Node);
        }
        catch (StoreBusyException busy)
        {
            serve.Client.Tell(Refusal.Of(serve.Question, RejectReason.Busy, null, busy.Message), Node);
        }
        catch (Exception failure)
        {
            // Every client is answered. SAFETY 26: damage is never sent; the store has told the node root, which stops the group. Anything else is
            // for the supervisor.
            serve.Client.Tell(Failed(serve.Question, failure.Message), Node);
            if (failure is not StoreDamagedException) throw;
        }
    }

    private static DLedgerMessage Failed(DLedgerMessage question, string reason) => question is Read
        ? new ReadResult.Failed(reason) { RequestId = question.RequestId }
        : new CommitPositionResult.Failed(reason) { RequestId = question.RequestId };

    private CommitPositionResult.Position Answer(GetCommitPosition ask)
    {
        var end = AppliedTail().NextEntry;
        var first = _reader.Base.NextEntry;
        return new CommitPositionResult.Position(first < end ? first.Value : -1, end.Value - 1) { RequestId = ask.RequestId };
    }

    private ReadResult Answer(Read read)
    {
        var end = AppliedTail().NextEntry;
        var first = _reader.Base.NextEntry;
        var outOfRange = new ReadResult.OutOfRange(first < end ? first.Value : -1, end.Value - 1) { RequestId = read.RequestId };
        if (read.Count < 1) return new ReadResult.Failed($"a read of {read.Count} entries: at least 1") { RequestId = read.RequestId };
        if (read.From < first.Value || read.From >= end.Value || _reader.Find(new EntryIndex(read.From)) is not { } at) return outOfRange;
        var bytesMax = Math.Clamp(read.MaxBytes, 1, Math.Max(Settings.MaxEntrySize, Settings.BatchBytesMax));
        List<LedgerEntry> entries = [];
        long bytes = 0;
        while (at <= _applied)
        {
            _batches.Clear();
            if (_reader.Read(at, Math.Min(ReadBytes, bytesMax), _batches) != ReadOutcome.Found) break;
            foreach (var batch in _batches)
            {
                // Reads never return uncommitted entries.
                if (batch.Index > _applied) break;
                var index = batch.FirstEntry.Value - 1;
                foreach (var body in batch.Bodies)
                {
                    if (++index < read.From) continue;
                    bytes += body.Length + EntryBytes;
                    if (entries.Count > 0 && bytes > bytesMax) return Found(read, entries, end);
                    entries.Add(new LedgerEntry(index, batch.Term.Value, body));
                    if (entries.Count == read.Count) return Found(read, entries, end);
                }
            }

            at = _batches[^1].Index.Next;
        }

        // Retention may have taken the beginning while we read.
        return entries.Count > 0 ? Found(read, entries, end) : outOfRange;
    }

    private static ReadResult.Entries Found(Read read, List<LedgerEntry> entries, EntryIndex end) =>
        new(entries, end.Value - 1) { RequestId = read.RequestId };

    private Tail AppliedTail()
    {
        if (_appliedTail.Index == _applied) return _appliedTail;

        // SAFETY 18: never an earlier one, which would show an end of before.
        return _appliedTail = TailAt(_applied) ?? throw new StoreBusyException($"batch {_applied} is applied and not in the log at the moment");
    }

    private Tail? TailAt(LogIndex index)
    {
        if (BaseFrom(index) is { } logBase) return logBase;
        _batches.Clear();

        // Where it was found to be gone, the beginning has moved past it since we looked: by retention, or with a log that is installed.
        return _reader.Read(index, 1, _batches) == ReadOutcome.Found ? _batches[0].Tail : BaseFrom(index);
    }

    /// <summary>What stands before the log, if that batch is there or before it.</summary>
    private Tail? BaseFrom(LogIndex index) => _reader.Base is var logBase && index <= logBase.Index ? logBase : null;

    private sealed record AnswerLater(IActorRef To, BatchesRead Answer) : ILocalMessage;

    /// <summary>For a status: which entries these batches end with.</summary>
    internal sealed record AskEntries(LogIndex Flushed, LogIndex Committed) : ILocalMessage;

    internal sealed record EntriesAre(EntryIndex CommittedNext, EntryIndex? FlushedNext) : ILocalMessage;
}
