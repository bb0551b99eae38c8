using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// On a leader: owns the commit position and the clients that wait for it, and the rounds of linearizable reads. On a follower it only says who
/// leads.
/// </summary>
internal sealed class QuorumAckCheckerActor(RoleContext context) : RoleActor(context)
{
    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMilliseconds(250);

    private readonly WaitingClients<Caller> _clients = new();
    private readonly ReadRounds<ServeRead> _reads = new();
    private IReadOnlyDictionary<string, Guid> _trusted = new Dictionary<string, Guid>();
    private CommitRule? _rule;
    private Term _term;
    private string? _leader;

    public static Props Props(RoleContext context) =>
        Akka.Actor.Props.Create(() => new QuorumAckCheckerActor(context)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override void Started() => Become(Following);

    protected override void PostStop()
    {
        AnswerAllUnknown();
        RejectReads(RejectReason.Stopping);
    }

    private void Following(object message)
    {
        switch (message)
        {
            case Leading leading:
                StartLeading(leading);
                break;
            case Follow follow:
                _term = follow.Term;
                _leader = follow.Leader;
                break;
            case Read or GetCommitPosition:
                RejectRead((DLedgerMessage)message, Sender, RejectReason.NotLeader);
                break;
            case PeerAcked or SelfFlushed or RoundConfirmed or AwaitCaughtUp or ResumeAppends or AskPeerLag or Tick:
                break; // of a leadership that is over
            default:
                Unhandled(message);
                break;
        }
    }

    private void Checking(object message)
    {
        switch (message)
        {
            case Appended appended:
                Wait(appended);
                break;
            case PeerAcked acked:
                // SAFETY 7: acks of another store id than the first never count.
                if (acked.Term == _term && _trusted.TryGetValue(acked.Peer, out var store) && store == acked.Store) Ack(acked.Peer, acked.Flushed);
                break;
            case SelfFlushed flushed:
                if (flushed.Term == _term) Ack(Shared.Self, flushed.Flushed);
                break;
            case Read or GetCommitPosition:
                OnRead((DLedgerMessage)message);
                break;
            case RoundConfirmed confirmed:
                if (confirmed.Term == _term) Confirmed(confirmed.Token);
                break;
            case AwaitCaughtUp awaited:
                if (awaited.Term == _term) _rule!.AwaitCaughtUp(awaited.Peer, awaited.UpTo);
                TellCaughtUp();
                break;
            case ResumeAppends:
                _rule!.StopAwaiting();
                break;
            case AskPeerLag ask:
                if (ask.Term == _term) Sender.Tell(new PeerLagIs(_term, ask.Peer, _rule!.LagOf(ask.Peer)));
                break;
            case Tick:
                AnswerExpired();
                break;
            case Follow follow:
                StopLeading(follow);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void StartLeading(Leading leading)
    {
        _term = leading.Term;
        _leader = Shared.Self;
        _trusted = leading.Trusted;
        _rule = new CommitRule(leading.Members, leading.FirstOfTerm, leading.Committed);
        _rule.Acked(Shared.Self, leading.Flushed);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), ExpireEvery);
        Become(Checking);
    }

    private void StopLeading(Follow follow)
    {
        // SAFETY 14: what we know of commits goes back to the log's owner.
        Roles.EntryHandler.Tell(new CommitAdvanced(_term, _rule!.Committed));
        _term = follow.Term;
        _leader = follow.Leader;
        _rule = null;
        Timers.Cancel(nameof(Tick));
        AnswerAllUnknown();
        RejectReads(RejectReason.NotLeader);
        Become(Following);
    }

    private void OnRead(DLedgerMessage question)
    {
        if (!Shared.Reads.TryEnter())
        {
            Sender.Tell(Refusal.Of(question, RejectReason.Busy, null, NoRoom(Shared.Reads)), Node);
            return;
        }

        _reads.Add(new ServeRead(question, Sender, Position: null), Now + Settings.AppendTimeout);
        StartRound();
    }

    private void Wait(Appended appended)
    {
        var first = appended.Batch.FirstEntry;
        foreach (var client in appended.Clients)
        {
            _clients.Add(client.Client, appended.Batch.Index, first, client.Count, client.Deadline);
            first = first.Plus(client.Count);
        }
    }

    private void Ack(string voter, LogIndex flushed)
    {
        var moved = _rule!.Acked(voter, flushed);
        if (moved)
        {
            var advanced = new CommitAdvanced(_term, _rule.Committed);
            // The reader first: a client that was answered may read at once.
            Shared.Applied.Committed(_rule.Committed);
            ReleaseApplied();
            Roles.EntryHandler.Tell(advanced);
            foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(advanced);
            StartRound();
        }

        TellCaughtUp();
    }

    private void StartRound()
    {
        // SAFETY 18: the position is noted before the round starts, and only once this term's no-op is committed.
        if (_reads.TryStart(_rule!.OwnTermCommitted, _rule.Committed, out var token)) Roles.Elector.Tell(new ConfirmLeadership(_term, token));
    }

    private void Confirmed(long token)
    {
        _reads.Confirmed(token);
        ReleaseApplied();
        StartRound();
    }

    /// <summary>Whoever waits for what is applied by now is answered; without a state machine, that is all that is committed.</summary>
    private void ReleaseApplied()
    {
        var applied = Shared.Applied.Within(_rule!.Committed);
        while (_clients.TryTakeApplied(applied, out var client))
            client.Client.Tell(
                new AppendResult.Committed(client.First.Value, client.Count, _term.Value) { RequestId = client.Client.RequestId },
                Node);
        while (_reads.TryTakeApplied(applied, out var read, out var position)) Roles.Reader.Tell(read with { Position = position });
    }

    private void TellCaughtUp()
    {
        if (_rule!.TryTakeCaughtUp(out var peer)) Roles.Elector.Tell(new TransferReady(_term, peer));
    }

    private void AnswerExpired()
    {
        while (_clients.TryTakeExpired(Now, out var client))
            client.Client.Tell(new AppendResult.Unknown(UnknownReason.TimedOut) { RequestId = client.Client.RequestId }, Node);
        // A new leader with a long backlog may need longer than anybody waits until a batch of its own is committed.
        foreach (var read in _reads.TakeExpired(Now))
            Reject(read, RejectReason.Busy, null, "the leader could not confirm in time that it still leads, or is not ready yet");
    }

    private void AnswerAllUnknown()
    {
        while (_clients.TryTake(out var client))
            client.Client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.Client.RequestId }, Node);
    }

    private void RejectReads(RejectReason reason)
    {
        foreach (var read in _reads.TakeAll()) Reject(read, reason, Shared.Members.AddressOf(_leader), null);
    }

    private void Reject(ServeRead read, RejectReason reason, string? leaderAddress, string? detail)
    {
        Shared.Reads.Leave();
        read.Client.Tell(Refusal.Of(read.Question, reason, leaderAddress, detail), Node);
    }

    private void RejectRead(DLedgerMessage question, IActorRef client, RejectReason reason) =>
        client.Tell(Refusal.Of(question, reason, Shared.Members.AddressOf(_leader), null), Node);
}
