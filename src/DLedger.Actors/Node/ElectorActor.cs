using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <summary>
/// Owns term, vote, role and leader. Decides nothing: every event goes to Core's <see cref="Election"/>, and its effects are carried out here, in order.
/// </summary>
internal sealed class ElectorActor : RoleActor
{
    private readonly Election _election;

    // Who asked, or null for the node root that stops; and for whom, or null for the best peer.
    private (Caller? Client, string? To)? _transferring;

    public ElectorActor(RoleContext context)
        : base(context)
    {
        var settings = Settings;
        var random = context.Environment.Random;
        _election = new Election(
            new ElectionSettings(
                settings.Id,
                [.. settings.Members.Select(member => member.Id).Where(id => id != settings.Id).Order(StringComparer.Ordinal)],
                context.Origin.Store,
                settings.HeartbeatInterval,
                settings.ElectionTimeoutMin,
                settings.ElectionTimeoutMax,
                settings.PreferredLeaders,
                settings.PreferredMinInterval,
                settings.AcceptNewPeers,
                settings.MaxEntrySize,
                settings.BatchBytesMax),
            context.Log.HardState.Loaded,
            Now,
            () => settings.ElectionTimeoutMin + ((settings.ElectionTimeoutMax - settings.ElectionTimeoutMin) * random.NextDouble()),
            random.NextInt64);
    }

    public static Props Props(RoleContext context) => Akka.Actor.Props.Create(() => new ElectorActor(context)).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override void Started()
    {
        Become(Electing);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), TimeSpan.Zero, Settings.HeartbeatInterval / 2);
        _election.Start();
        RunEffects();
    }

    protected override void PostStop()
    {
        if (_transferring is { Client: { } client }) client.Tell(new TransferResult.Failed("the member stopped") { RequestId = client.RequestId }, Node);
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
                _election.Fenced(fenced.Term, fenced.Tail);
                break;
            case TailIs tail:
                _election.TailReported(tail.Tail, Now);
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
                Transfer(transfer);
                break;
            case HandOver:
                HandOverToTheBest();
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
                _election.HelloArrived(from, hello.Nonce, Now);
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
                Shared.Strangers.Drop($"a {message.GetType().Name} that is not for an elector", Log, Now);
                break;
        }
    }

    /// <summary>Not yet, or never: who it is can be found out. A wiped member's word is not worth a line each.</summary>
    private void Doubt(PeerMessage message)
    {
        _election.StrangerHeard(message.Origin.NodeId, message.Origin.Store, Now);
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
                Send(hello.To, new Hello(Shared.Origin, _election.Term, hello.Nonce));
                break;
            case ElectionEffect.SendHelloReply reply:
                Send(reply.To, new HelloReply(Shared.Origin, _election.Term, reply.Nonce, reply.Greeting));
                break;
            case ElectionEffect.Standings standings:
                Shared.Peers.Publish(standings.Peers);
                break;
            case ElectionEffect.Dropped dropped:
                Shared.Strangers.Drop(dropped.What, Log, Now);
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
            case ElectionEffect.HoldAppends hold:
                Roles.EntryHandler.Tell(new HoldAppends(hold.Term, hold.For));
                break;
            case ElectionEffect.ResumeAppends resume:
                Roles.EntryHandler.Tell(new ResumeAppends(resume.Term));
                break;
            case ElectionEffect.AskPeerLag ask:
                Roles.QuorumAckChecker.Tell(new AskPeerLag(ask.Term, ask.Peer));
                break;
            case ElectionEffect.TransferEnded ended:
                AnswerTransfer(ended);
                break;
            case ElectionEffect.Note note:
                Log.Info("{0} of group {1}: {2}", Shared.Self, Settings.Group, note.Text);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Send(string to, PeerMessage message) => Shared.Environment.Network.Send(Shared.Member(to), message);

    private void Transfer(TransferLeadership transfer)
    {
        var to = transfer.To;
        if (_election.Role != Role.Leader)
        {
            Sender.Tell(Refusal.Of(transfer, RejectReason.NotLeader, Shared.Environment.AddressOf(_election.Leader), null), Node);
        }
        else if (Settings.Members.All(member => member.Id != to))
        {
            var members = string.Join(", ", Settings.Members.Select(member => member.Id));
            Sender.Tell(Refusal.Of(transfer, RejectReason.UnknownMember, null, $"'{to}' is not a member of group {Settings.Group}: {members}"), Node);
        }
        else if (_transferring is { } running)
        {
            Sender.Tell(new TransferResult.Failed($"a transfer to {running.To ?? "the best peer"} is under way") { RequestId = transfer.RequestId }, Node);
        }
        else
        {
            _transferring = (new Caller(Sender, transfer.RequestId), to);
            _election.TransferRequested(to, Now);
        }
    }

    private void HandOverToTheBest()
    {
        if (_election.Role != Role.Leader)
        {
            Node.Tell(new HandedOver(new StopResult.NotLeader()));
            return;
        }

        if (_transferring is { } running)
        {
            Node.Tell(new HandedOver(new StopResult.NoSuccessor($"a transfer to {running.To ?? "the best peer"} is under way")));
            return;
        }

        _transferring = (null, null);
        _election.TransferRequested(null, Now);
    }

    private void AnswerTransfer(ElectionEffect.TransferEnded ended)
    {
        if (_transferring is not { } running) return;
        _transferring = null;
        if (running.Client is not { } client)
        {
            // Whoever leads now has taken over, the one that was meant to or another.
            var isLed = ended.Leader is not null && ended.Leader != Shared.Self;
            Node.Tell(new HandedOver(isLed ? new StopResult.HandedOver(ended.Leader!, ended.Term.Value) : new StopResult.NoSuccessor(ended.Reason)));
            return;
        }

        TransferResult result = ended.Done ? new TransferResult.Transferred(ended.Leader!, ended.Term.Value) : new TransferResult.Failed(ended.Reason);
        client.Tell(result with { RequestId = client.RequestId }, Node);
    }

    private ElectionReport Report() => new(
        _election.Role,
        _election.Term,
        _election.Leader,
        _election.Problem,
        [.. Settings.Members.Where(member => member.Id != Shared.Self).Select(member => new PeerView(
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
