using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Applies what is committed, and answers whoever waits for it; alone in both (SAFETY 51, 55). The application's code runs here, on threads of its
/// own, so that it may take its time: what it does not get to waits in the log, and appends are answered Busy once too much waits.
/// </summary>
internal sealed partial class StateMachineActor(RoleContext context) : RoleActor(context)
{
    /// <summary>What is read and applied before messages get their turn again; one batch at least.</summary>
    private const int TurnBytesMax = 256 * 1024;

    // What a reply takes on the wire besides its bytes.
    private const int ReplyBytes = sizeof(int);

    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMilliseconds(250);

    private readonly ILogReader _log = context.Log.Reader;
    private readonly WaitingClients<Caller> _clients = new();
    private readonly List<Batch> _batches = [];

    /// <summary>Questions that came before what they have to see was applied here.</summary>
    private readonly AppliedReads<ServeRead> _queries = new();

    /// <summary>From the start on.</summary>
    private MachineRunner _machine = null!;

    /// <summary><see cref="ApplyMore"/> is on its way.</summary>
    private bool _turnIsQueued;

    /// <summary>Wants to know when all that wait are answered; null while nobody does.</summary>
    private IActorRef? _endAsker;

    public static Props Props(RoleContext context) =>
        Akka.Actor.Props.Create(() => new StateMachineActor(context)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.StateMachineDispatcher);

    protected override void Started()
    {
        _machine = NewMachine(Shared.Environment);
        Shared.Replica.AppliedEntry = _machine.AppliedEntry;
        if (_machine.AppliedEntry >= 0) Log.Info("The state machine of group {0} goes on behind entry {1}", Settings.Group, _machine.AppliedEntry);
        Become(Applying);
    }

    protected override void PostStop()
    {
        while (_clients.TryTake(out var client)) Answer(client, new AppendResult.Unknown(UnknownReason.LeadershipLost));
        foreach (var read in _asked.Values) Answer(read, new QueryResult.Rejected(RejectReason.Stopping));
        foreach (var read in _queries.TakeAll()) Answer(read, new QueryResult.Rejected(RejectReason.Stopping));
        _machine?.Close();
    }

    private void Applying(object message)
    {
        switch (message)
        {
            case ApplyUpTo committed:
                Take(committed);
                break;
            case ApplyMore:
                _turnIsQueued = false;
                Apply();
                break;
            case AnswerAll:
                _endAsker = Sender;
                WhenAllAnswered();
                break;
            case ServeRead { Question: Query } read:
                OnQuery(read);
                break;
            case Leading leading:
                Lead(leading);
                break;
            case Follow follow:
                FollowLeader(follow);
                break;
            case EntriesApplied applied when Sender.Equals(_actor):
                OnApplied(applied);
                break;
            case StateIs state when Sender.Equals(_actor):
                OnState(state);
                break;
            case Terminated dead when dead.ActorRef.Equals(_actor):
                OnActorEnded();
                break;
            case PeerMessage peer:
                FromPeer(peer);
                break;
            case Tick:
                AnswerExpired();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Take(ApplyUpTo committed)
    {
        foreach (var client in committed.Clients)
        {
            // The log's owner may have heard of the commit elsewhere first: applied without them, their replies are gone; that they are committed is
            // true all the same.
            if (client.Batch <= _machine.Cursor.State.Tail.Index)
                Answer(client, new AppendResult.Committed(client.First.Value, client.Count, committed.Term.Value));
            else _clients.Add(client.Client, client.Batch, client.First, client.Count, client.Deadline);
        }

        if (_clients.Count > 0) StartTicking();
        // SAFETY 51: this only says how far there is something to do.
        if (!_machine.Cursor.Committed(committed.Committed)) return;
        Shared.Applied.Committed(committed.Committed);
        if (!_turnIsQueued && _given.Count == 0) Apply();
    }

    /// <summary>One turn. What is left is for the next one, behind the messages that have come meanwhile.</summary>
    private void Apply()
    {
        var cursor = _machine.Cursor;
        try
        {
            if (cursor.ToProve is { } point) cursor.Prove(_log.PointAt(point.Index));
            if (cursor.HasMore) ApplyTurn(cursor);
        }
        catch (StoreBusyException)
        {
            Timers.StartSingleTimer(nameof(ApplyMore), ApplyMore.Instance, Settings.HeartbeatInterval);
            _turnIsQueued = true;
            return;
        }

        // An actor has them in hand.
        if (_given.Count == 0) EndTurn();
    }

    private void EndTurn()
    {
        var cursor = _machine.Cursor;
        _machine.Save();
        Publish(cursor.Applied);
        Shared.Replica.AppliedEntry = _machine.AppliedEntry;
        var advanced = new AppliedAdvanced(cursor.Applied);
        Roles.EntryHandler.Tell(advanced);
        AskEarly();
        if (!cursor.HasMore) return;
        _turnIsQueued = true;
        Self.Tell(ApplyMore.Instance);
    }

    private void ApplyTurn(ApplyCursor cursor)
    {
        _batches.Clear();
        var outcome = _log.Read(cursor.Next, TurnBytesMax, _batches);
        Invariant.Holds(outcome == ReadOutcome.Found, $"Batch {cursor.Next} is committed and not applied, and the log has none: {outcome}.");
        if (_actor is not null)
        {
            GiveTurn(cursor);
            return;
        }

        foreach (var batch in _batches)
        {
            if (!cursor.MayApply(batch)) break;
            Complete(batch);
        }
    }

    private void Complete(Batch batch)
    {
        _machine.Apply(batch);
        // The reader first: a client that was answered may read at once.
        Publish(batch.Index);
        AnswerClientsOf(batch);
        if (_machine.Mark is { } mark) MarkReached(mark);
    }

    private void Publish(LogIndex applied)
    {
        Shared.Applied.Applied(applied);
        WakeReader();
    }

    /// <summary>SAFETY 55: a client is answered once its batch is applied, and by nobody else.</summary>
    private void AnswerClientsOf(Batch batch)
    {
        while (_clients.TryTakeApplied(batch.Index, out var client))
        {
            var (term, id) = (batch.Term.Value, client.Client.RequestId);
            AppendResult result = client.Client.WantsReplies && RepliesTo(batch, client) is { } replies
                ? new AppendResult.Applied(client.First.Value, term, replies) { RequestId = id }
                : new AppendResult.Committed(client.First.Value, client.Count, term) { RequestId = id };
            client.Client.Tell(result, Node);
        }

        WhenAllAnswered();
    }

    /// <summary>In one array. Null when no message can carry them (SAFETY 17).</summary>
    private ReadOnlyMemory<byte>[]? RepliesTo(Batch batch, in WaitingClients<Caller>.Waiting client)
    {
        var first = (int)(client.First.Value - batch.FirstEntry.Value);
        var bytes = _machine.Replies.BytesOf(first, client.Count);
        if (bytes + ((long)client.Count * ReplyBytes) > AnswerBytesMax) return null;
        var all = new byte[bytes];
        var replies = new ReadOnlyMemory<byte>[client.Count];
        var at = 0;
        for (var i = 0; i < client.Count; i++)
        {
            var reply = _machine.Replies[first + i];
            reply.CopyTo(all.AsSpan(at));
            replies[i] = new ReadOnlyMemory<byte>(all, at, reply.Length);
            at += reply.Length;
        }

        return replies;
    }

    private int AnswerBytesMax => Math.Max(Settings.MaxEntrySize, Settings.BatchBytesMax);

    private void Answer(in WaitingClients<Caller>.Waiting client, AppendResult result) =>
        client.Client.Tell(result.WithRequestId(client.Client.RequestId), Node);

    private void AnswerExpired()
    {
        while (_clients.TryTakeExpired(Now, out var client)) Answer(client, new AppendResult.Unknown(UnknownReason.TimedOut));
        foreach (var read in _queries.TakeExpired(Now)) Answer(read, new QueryResult.Rejected(RejectReason.Busy, null, read.Missing));
        WhenAllAnswered();
    }

    private void WhenAllAnswered()
    {
        StopTicking();
        if (_clients.Count > 0) return;
        _endAsker?.Tell(new AllAnswered());
        _endAsker = null;
    }

    private void StartTicking()
    {
        if (!Timers.IsTimerActive(nameof(Tick))) Timers.StartPeriodicTimer(nameof(Tick), new Tick(), ExpireEvery);
    }

    private void StopTicking()
    {
        if (_clients.Count == 0 && _queries.Count == 0) Timers.Cancel(nameof(Tick));
    }

    private void OnQuery(ServeRead read)
    {
        // SAFETY 77: the position that was noted when its round began.
        if (read.Point.IsReached(_machine.Cursor.Applied, new EntryIndex(_machine.AppliedEntry + 1)))
        {
            Ask(read);
            return;
        }

        _queries.Add(read, read.Point, read.Deadline);
        StartTicking();
    }

    private void AskEarly()
    {
        if (_queries.Count == 0) return;
        while (_queries.TryTake(_machine.Cursor.Applied, new EntryIndex(_machine.AppliedEntry + 1), out var read)) Ask(read);
        StopTicking();
    }

    private void Ask(ServeRead read)
    {
        Invariant.Holds(read.Point.Batch <= _machine.Cursor.Applied, "A question is asked once its position is applied.");
        var query = (Query)read.Question;
        if (_actor is not null)
        {
            AskActor(read, query);
            return;
        }

        QueryResult result;
        try
        {
            result = AnswerOf(_machine.Query(query.Question));
        }
        catch (Exception failure)
        {
            // A question changes nothing, so that whatever it ran into is the affair of whoever asked it. Anything else would let a client stop a
            // member.
            result = new QueryResult.Failed(Causes.Line(failure));
        }

        Answer(read, result);
    }

    private QueryResult AnswerOf(ReadOnlyMemory<byte> answer) => answer.Length <= AnswerBytesMax
        ? new QueryResult.Answer(answer, _machine.AppliedEntry)
        : new QueryResult.Failed($"an answer of {answer.Length} bytes does not fit a message: at most {AnswerBytesMax} do (max-entry-size)");

    private void Answer(ServeRead read, QueryResult result)
    {
        Shared.Reads.Leave();
        read.Client.Tell(result.WithRequestId(read.Question.RequestId), Node);
    }

    /// <summary>The member stops; answered by <see cref="AllAnswered"/> once every client that waits has its answer.</summary>
    internal sealed record AnswerAll : ILocalMessage;

    internal sealed record AllAnswered : ILocalMessage;

    private sealed record ApplyMore : ILocalMessage
    {
        public static readonly ApplyMore Instance = new();
    }
}
