using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// On a leader: owns the commit position and the clients that wait for it. On any member: finds out for reads how far they have to be (the read
/// index), by rounds or a lease while it leads, from the leader otherwise.
/// </summary>
internal sealed partial class QuorumAckCheckerActor : RoleActor
{
    /// <summary>Never changed: most news of a commit has no clients, or many.</summary>
    private static readonly List<WaitingClients<Caller>.Waiting> Nobody = [];

    private static readonly TimeSpan ExpireEvery = TimeSpan.FromMilliseconds(250);

    private readonly WaitingClients<Caller> _clients = new();
    private IReadOnlyDictionary<string, Guid> _trusted = new Dictionary<string, Guid>();
    private CommitRule? _rule;
    private Term _term;
    private string? _leader;

    public QuorumAckCheckerActor(RoleContext context)
        : base(context) =>
        _asks = new FollowerReads<IIndexedRead>(_reads, context.ReadLife, Settings.HeartbeatInterval * 2);

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
                LeaderChanged();
                break;
            case Read or GetCommitPosition or Query:
                AskLeaderFor((DLedgerMessage)message);
                break;
            case PeerMessage peer:
                if (Accepts(peer)) FromPeer(peer);
                break;
            case Tick:
                TickFollower();
                break;
            case AskReport:
                Sender.Tell(new ReadReport(Shared.Reads.Waiting, HoldsLease: false));
                break;
            case PeerAcked or SelfFlushed or RoundConfirmed or LeaseUntil or AwaitCaughtUp or ResumeAppends or AskPeerLag:
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
            case Read or GetCommitPosition or Query:
                OnRead((DLedgerMessage)message);
                break;
            case PeerMessage peer:
                if (Accepts(peer)) FromPeer(peer);
                break;
            case LeaseUntil lease:
                if (lease.Term == _term) _lease.Until(lease.Until);
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
            case AskReport:
                Sender.Tell(new ReadReport(Shared.Reads.Waiting, _lease.IsHeld(LeaseNow)));
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
        StartReads();
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
            if (Roles.StateMachine is { } machine)
            {
                machine.Tell(new ApplyUpTo(_term, _rule.Committed, TakeCommitted()));
            }
            else
            {
                // The reader first: a client that was answered may read at once.
                Shared.Applied.Committed(_rule.Committed);
                WakeReader();
                AnswerApplied();
            }

            Roles.EntryHandler.Tell(advanced);
            foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(advanced);
            StartRound();
        }

        TellCaughtUp();
    }

    /// <summary>In a plain log, whoever waits for what is committed by now.</summary>
    private void AnswerApplied()
    {
        // SAFETY 16: the applied position also rises by what a later leader commits, which this one has not heard of yet.
        while (_clients.TryTakeApplied(_rule!.Committed, out var client))
            client.Client.Tell(
                new AppendResult.Committed(client.First.Value, client.Count, _term.Value) { RequestId = client.Client.RequestId },
                Node);
    }

    /// <summary>
    /// SAFETY 55: whoever waits for what is committed now goes along with the news of it, so that the state machine cannot apply their batches before
    /// it knows of them. Those that are left at the end of the leadership wait for what may never be committed.
    /// </summary>
    private List<WaitingClients<Caller>.Waiting> TakeCommitted()
    {
        List<WaitingClients<Caller>.Waiting>? clients = null;
        while (_clients.TryTakeApplied(_rule!.Committed, out var client)) (clients ??= []).Add(client);
        return clients ?? Nobody;
    }

    private void TellCaughtUp()
    {
        if (!_rule!.TryTakeCaughtUp(out var peer)) return;
        // SAFETY 80: whoever is asked to vote for a transfer forgets what it promised us.
        _lease.GiveUp();
        Roles.Elector.Tell(new TransferReady(_term, peer));
    }

    private void AnswerExpired()
    {
        while (_clients.TryTakeExpired(Now, out var client))
            client.Client.Tell(new AppendResult.Unknown(UnknownReason.TimedOut) { RequestId = client.Client.RequestId }, Node);
        RejectExpiredReads();
    }

    private void AnswerAllUnknown()
    {
        while (_clients.TryTake(out var client))
            client.Client.Tell(new AppendResult.Unknown(UnknownReason.LeadershipLost) { RequestId = client.Client.RequestId }, Node);
    }

    /// <summary>For a status; answered by <see cref="ReadReport"/>.</summary>
    internal sealed record AskReport : ILocalMessage;

    /// <param name="Pending">Reads that wait in this member.</param>
    /// <param name="HoldsLease">Whether it leads and could serve a read by its lease.</param>
    internal sealed record ReadReport(int Pending, bool HoldsLease) : ILocalMessage;
}
