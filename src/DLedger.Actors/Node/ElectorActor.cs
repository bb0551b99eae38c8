using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Owns term, vote, role and leader. Decides nothing: every event goes to Core's <see cref="Election"/>, and its effects are carried out here, in
/// order.
/// </summary>
internal sealed class ElectorActor : RoleActor
{
    private readonly Election _election;

    /// <summary>Clients whose transfer has not ended, by the number that the election knows them by.</summary>
    private readonly Dictionary<long, Caller> _askers = [];

    /// <summary>The number that was given last.</summary>
    private long _lastRequest;

    public ElectorActor(RoleContext context)
        : base(context)
    {
        var settings = Settings;
        var random = context.Environment.Random;
        _election = new Election(
            new ElectionSettings(
                settings.Id,
                context.Origin.Store,
                settings.HeartbeatInterval,
                settings.ElectionTimeoutMin,
                settings.ElectionTimeoutMax,
                settings.PreferredLeaders,
                settings.PreferredMinInterval,
                settings.AcceptNewPeers,
                settings.MaxEntrySize,
                settings.BatchBytesMax)
            {
                ClockDriftMax = settings.LeaseClockDriftPercentMax / 100.0,
            },
            context.Membership,
            context.Log.HardState.Loaded,
            Now,
            () => settings.ElectionTimeoutMin + ((settings.ElectionTimeoutMax - settings.ElectionTimeoutMin) * random.NextDouble()),
            random.NextInt64,
            // Where there is no such clock, nobody relies on what follows from it.
            context.Environment.LeaseClock);
    }

    public static Props Props(RoleContext context) =>
        Akka.Actor.Props.Create(() => new ElectorActor(context)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override void Started()
    {
        Become(Electing);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), TimeSpan.Zero, Settings.HeartbeatInterval / 2);
        _election.Start();
        RunEffects();
    }

    protected override void PostStop()
    {
        foreach (var request in _askers.Keys.ToArray()) AnswerTransfer(request, new TransferOutcome.Failed("the member stopped"));
    }

    private void Electing(object message)
    {
        switch (message)
        {
            case PeerMessage peerMessage:
                if (Accepts(peerMessage)) FromPeer(peerMessage);
                break;
            case Tick:
                _election.Tick(Now);
                break;
            case Fenced fenced:
                _election.Fenced(fenced.Term, fenced.Tail, fenced.Members);
                break;
            case TailIs tail:
                _election.TailReported(tail.Tail, tail.Members, Now);
                break;
            case SaveCompleted { Error: null }:
                _election.Saved();
                break;
            case SaveCompleted { Error: { } error }:
                // SAFETY 1: a failed save stops the group.
                Node.Tell(new StoreFailed($"the hard state cannot be saved: {error}", Shared.Life));
                break;
            case HigherTermSeen seen:
                _election.HigherTermSeen(seen.Term);
                break;
            case BulkHeard heard:
                _election.BulkHeard(heard.Peer, heard.Term, Now);
                break;
            case Node.ProbeAnswered answered:
                _election.ProbeAnswered(answered.Number, Now);
                break;
            case StoreHealth health:
                _election.StoreHealth(health.Healthy, Now);
                break;
            case ConfirmLeadership confirm:
                _election.ConfirmLeadership(confirm.Term, confirm.Token, Now);
                break;
            case TransferReady ready:
                _election.TransferReady(ready.Term, ready.Peer, Now);
                break;
            case PeerLagIs lag:
                _election.PeerLagIs(lag.Term, lag.Peer, lag.Batches, Now);
                break;
            case TransferLeadership transfer:
                _askers.Add(++_lastRequest, new Caller(Sender, transfer.RequestId));
                _election.TransferRequested(_lastRequest, transfer.To, Now);
                break;
            case HandOver:
                _election.HandOverRequested(Now);
                break;
            case AskReport:
                Sender.Tell(Report());
                break;
            default:
                Unhandled(message);
                break;
        }

        RunEffects();
    }

    private void FromPeer(PeerMessage message)
    {
        var from = message.Origin.NodeId;
        switch (message)
        {
            case Hello hello:
                _election.HelloArrived(from, hello.Nonce, Now, hello.Protocol);
                return;
            case HelloRefused refused:
                _election.HelloRefused(from, refused.Nonce, refused.Protocol, Now);
                return;
            case HelloReply reply:
                _election.HelloReplied(from, message.Origin.Store, reply.Nonce, reply.Greeting, Now);
                return;
            default:
                break;
        }

        // SAFETY 7: another store under a known name neither votes nor leads nor confirms anything.
        if (!_election.IsTrusted(from, message.Origin.Store))
        {
            Doubt(message);
            return;
        }

        switch (message)
        {
            case Heartbeat heartbeat:
                _election.HeartbeatArrived(from, heartbeat.Term, heartbeat.Round, Now);
                break;
            case HeartbeatReply reply:
                _election.HeartbeatReplied(from, reply.Term, reply.Round, reply.Healthy, Now);
                break;
            case VoteRequest request:
                _election.VoteRequested(from, request.Term, request.Last, request.Transfer, Now);
                break;
            case VoteReply reply:
                _election.VoteReplied(from, reply.Term, reply.Requested, reply.Granted, Now);
                break;
            case PreVoteRequest request:
                _election.PreVoteRequested(from, request.Proposed, request.Last, Now);
                break;
            case PreVoteReply reply:
                _election.PreVoteReplied(from, reply.Term, reply.Proposed, reply.Granted, Now);
                break;
            case TimeoutNow timeoutNow:
                _election.TimeoutNowArrived(from, timeoutNow.Term, Now);
                break;
            default:
                Shared.Filter.Drop($"a {message.GetType().Name} that is not for an elector", Log, Now);
                break;
        }
    }

    /// <summary>Not yet, or never: who it is can be found out. A wiped member's word is not worth a line each.</summary>
    private void Doubt(PeerMessage message)
    {
        _election.UntrustedHeard(message.Origin.NodeId, message.Origin.Store, Now);
        DropIfUnknown(message);
    }

    private void RunEffects()
    {
        foreach (var effect in _election.TakeEffects()) Run(effect);
    }

    private void Run(ElectionEffect effect)
    {
        switch (effect)
        {
            case ElectionEffect.Save save:
                var self = Self;
                Shared.Log.HardState.Save(save.State, error => self.Tell(new SaveCompleted(error), ActorRefs.NoSender));
                break;
            case ElectionEffect.Fence fence:
                Roles.EntryHandler.Tell(new Fence(fence.Term));
                break;
            case ElectionEffect.AskTail:
                Roles.EntryHandler.Tell(new AskTail());
                break;
            case ElectionEffect.Lead lead:
                Roles.EntryHandler.Tell(new Lead(lead.Term, lead.Trusted));
                break;
            case ElectionEffect.Follow follow:
                Roles.EntryHandler.Tell(new Follow(follow.Term, follow.Leader));
                break;
            case ElectionEffect.Probe probe:
                Roles.EntryHandler.Tell(new Probe(probe.Number));
                break;
            case ElectionEffect.SendHello hello:
                Send(hello.To, new Hello(Shared.Origin, _election.Term, hello.Protocol, hello.Nonce));
                break;
            case ElectionEffect.SendHelloRefused refused:
                Send(refused.To, new HelloRefused(Shared.Origin, _election.Term, refused.Protocol, refused.Nonce));
                break;
            case ElectionEffect.SendHelloReply reply:
                Send(reply.To, new HelloReply(Shared.Origin, _election.Term, reply.Nonce, reply.Greeting));
                break;
            case ElectionEffect.Standings standings:
                Shared.Peers.Publish(standings.Peers);
                break;
            case ElectionEffect.Dropped dropped:
                Shared.Filter.Drop(dropped.What, Log, Now);
                break;
            case ElectionEffect.SendPreVoteRequest request:
                Send(request.To, new PreVoteRequest(Shared.Origin, request.Term, request.Proposed, request.Last));
                break;
            case ElectionEffect.SendPreVoteReply reply:
                Send(reply.To, new PreVoteReply(Shared.Origin, reply.Term, reply.Proposed, reply.Granted));
                break;
            case ElectionEffect.SendVoteRequest request:
                Send(request.To, new VoteRequest(Shared.Origin, request.Term, request.Last, request.Transfer));
                break;
            case ElectionEffect.SendVoteReply reply:
                Send(reply.To, new VoteReply(Shared.Origin, reply.Term, reply.Requested, reply.Granted));
                break;
            case ElectionEffect.SendHeartbeat heartbeat:
                Send(heartbeat.To, new Heartbeat(Shared.Origin, heartbeat.Term, heartbeat.Round));
                break;
            case ElectionEffect.SendHeartbeatReply reply:
                Send(reply.To, new HeartbeatReply(Shared.Origin, reply.Term, reply.Round, reply.Healthy));
                break;
            case ElectionEffect.SendTimeoutNow timeoutNow:
                Send(timeoutNow.To, new TimeoutNow(Shared.Origin, timeoutNow.Term));
                break;
            case ElectionEffect.RoundConfirmed confirmed:
                Roles.QuorumAckChecker.Tell(new RoundConfirmed(confirmed.Term, confirmed.Token));
                break;
            case ElectionEffect.LeaseUntil lease:
                Roles.QuorumAckChecker.Tell(new LeaseUntil(lease.Term, lease.Until));
                break;
            case ElectionEffect.HoldAppends hold:
                Roles.EntryHandler.Tell(new HoldAppends(hold.Term, hold.For));
                break;
            case ElectionEffect.ResumeAppends resume:
                Roles.EntryHandler.Tell(new ResumeAppends(resume.Term));
                break;
            case ElectionEffect.AskPeerLag ask:
                Roles.QuorumAckChecker.Tell(new AskPeerLag(ask.Term, ask.Peer));
                break;
            case ElectionEffect.AnswerTransfer answer:
                AnswerTransfer(answer.Request, answer.Outcome);
                break;
            case ElectionEffect.HandedOver handedOver:
                Node.Tell(new HandedOver(StopResultOf(handedOver.Outcome)));
                break;
            case ElectionEffect.Note note:
                Log.Info("{0} of group {1}: {2}", Shared.Self, Settings.Group, note.Text);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Send(string to, PeerMessage message) => Shared.Environment.Network.Send(to, message);

    private void AnswerTransfer(long request, TransferOutcome outcome)
    {
        if (!_askers.Remove(request, out var client)) throw new UnreachableException();
        client.Tell(ResultOf(outcome).WithRequestId(client.RequestId), Node);
    }

    private TransferResult ResultOf(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Done done => new TransferResult.Transferred(done.Leader, done.Term.Value),
        TransferOutcome.NotLeading not => new TransferResult.Rejected(RejectReason.NotLeader, Shared.Members.AddressOf(not.Leader)),
        TransferOutcome.NoSuchMember no => new TransferResult.Rejected(
            RejectReason.UnknownMember, null, $"'{no.To}' is not a member of group {Settings.Group}: {Shared.Membership}"),
        TransferOutcome.Failed failed => new TransferResult.Failed(failed.Reason),
        _ => throw new UnreachableException(),
    };

    private static StopResult StopResultOf(TransferOutcome outcome) => outcome switch
    {
        TransferOutcome.Done done => new StopResult.HandedOver(done.Leader, done.Term.Value),
        TransferOutcome.NotLeading => new StopResult.NotLeader(),
        TransferOutcome.Failed failed => new StopResult.NoSuccessor(failed.Reason),
        _ => throw new UnreachableException(),
    };

    private ElectionReport Report() => new(
        _election.Role,
        _election.Term,
        _election.Leader,
        _election.Problem,
        [.. Shared.Members.Others.Select(member => new PeerView(
            member.Id,
            _election.IsReachable(member.Id),
            !_election.IsWiped(member.Id)))]);

    /// <summary>From the node root, as the first step of a clean stop: hand leadership to the best peer.</summary>
    internal sealed record HandOver : ILocalMessage;

    /// <summary>For a status; answered by <see cref="ElectionReport"/>.</summary>
    internal sealed record AskReport : ILocalMessage;

    internal sealed record ElectionReport(Role Role, Term Term, string? Leader, string? Problem, IReadOnlyList<PeerView> Peers) : ILocalMessage;

    internal sealed record PeerView(string Id, bool Reachable, bool Trusted);
}
