using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <content>
/// How far a read has to be before it is served: the read index. A leader knows it by a round of heartbeats or by its lease, a follower asks the
/// leader. What knows its index goes to the reader, or to the state machine, and waits there until that is applied.
/// </content>
internal sealed partial class QuorumAckCheckerActor
{
    /// <summary>Whatever waits for an index: on a leader for a round, on a follower for the leader's answer.</summary>
    private readonly ReadRounds<IIndexedRead> _reads = new();

    private readonly FollowerReads<IIndexedRead> _asks;

    /// <summary>Those that have just got their index.</summary>
    private readonly List<IIndexedRead> _indexed = [];

    /// <summary>Of the present leadership.</summary>
    private ReadLease _lease = new();

    private void StartReads()
    {
        _lease = new ReadLease();
        // What waits here for another leader's answer waits for a round of ours.
        _asks.LeaderChanged();
    }

    private void OnRead(DLedgerMessage question)
    {
        if (TryEnter(question) is { } read) FindIndex(read);
    }

    /// <summary>Null: there was no room, or nobody to ask; the client was told.</summary>
    private ServeRead? TryEnter(DLedgerMessage question)
    {
        if (question is Query && Roles.StateMachine is null) Sender.Tell(Refusal.Of(question, RejectReason.NoStateMachine, null, null), Node);
        else if (Shared.Reads.TryEnter()) return ServeRead.Of(question, Sender, Now + Settings.AppendTimeout);
        else Sender.Tell(Refusal.Of(question, RejectReason.Busy, null, NoRoom(Shared.Reads)), Node);
        return null;
    }

    private void FindIndex(IIndexedRead read)
    {
        // SAFETY 79: the lease is looked at after the read came, and the position noted in the same turn.
        if (read.ByLease && _lease.TryPosition(_rule!, LeaseNow, out var position))
        {
            Indexed(read, position);
            return;
        }

        _reads.Add(read, Now + Settings.AppendTimeout);
        StartRound();
    }

    private void StartRound()
    {
        // SAFETY 18: the position is noted before the round starts, and only once this term's no-op is committed.
        if (_reads.TryStart(_rule!.OwnTermCommitted, _rule.Committed, out var token)) Roles.Elector.Tell(new ConfirmLeadership(_term, token));
    }

    private void Confirmed(long token)
    {
        if (!_reads.TryConfirm(token, _indexed, out var position)) return;
        AllIndexed(position);
        StartRound();
    }

    /// <summary>On a follower.</summary>
    private void AskLeaderFor(DLedgerMessage question)
    {
        if (_leader is null)
        {
            Sender.Tell(Refusal.Of(question, RejectReason.NotLeader, null, "no leader is known here"), Node);
            return;
        }

        if (TryEnter(question) is not { } read) return;
        _reads.Add(read, read.Deadline);
        AskLeader();
    }

    /// <summary>One question at a time, for all that wait; more come with its answer. Sent again when none comes.</summary>
    private void AskLeader()
    {
        if (_reads.Count > 0 && !Timers.IsTimerActive(nameof(Tick))) Timers.StartPeriodicTimer(nameof(Tick), new Tick(), Settings.HeartbeatInterval);
        if (!_asks.TryAsk(Now, out var token)) return;
        var byLease = !_reads.AnyRunning(static read => !read.ByLease);
        Send(_leader!, new ReadIndexRequest(Shared.Origin, _term, token, byLease));
    }

    private void TickFollower()
    {
        RejectExpiredReads();
        if (_reads.Count > 0) AskLeader();
        else Timers.Cancel(nameof(Tick));
    }

    private void LeaderChanged()
    {
        _asks.LeaderChanged();
        if (_leader is null) RejectReads(RejectReason.NotLeader);
        else AskLeader();
    }

    private void FromPeer(PeerMessage message)
    {
        switch (message)
        {
            // Any member may ask, also one that does not count: it is only told how far it has to be.
            case ReadIndexRequest request when _rule is not null:
                if (Shared.Reads.TryEnter()) FindIndex(new PeerRead(request.Origin.NodeId, request.Token, request.ByLease));
                break;
            case ReadIndexRequest:
                break; // it hears soon who leads
            case ReadIndexReply reply:
                // SAFETY 7: only a member that counts can have led.
                if (!Shared.Peers.Of(reply.Origin.NodeId).Counts(reply.Origin.Store)) DropIfUnknown(reply);
                else Answered(reply);
                break;
            default:
                Shared.Filter.Drop($"a {message.GetType().Name} that is not for a quorum-ack checker", Log, Now);
                break;
        }
    }

    private void Answered(ReadIndexReply reply)
    {
        // SAFETY 78: of the question that is under way, and for the reads that came before it.
        if (!_asks.TryAnswer(reply.Token, _indexed)) return;
        AllIndexed(reply.Position);
        if (_rule is null) AskLeader();
    }

    private void AllIndexed(LogIndex position)
    {
        foreach (var read in _indexed) Indexed(read, position);
        _indexed.Clear();
    }

    private void Indexed(IIndexedRead read, LogIndex position)
    {
        if (read is ServeRead serve)
        {
            (serve.Question is Query ? Roles.StateMachine! : Roles.Reader).Tell(serve with { Point = new ReadPoint(position) });
            return;
        }

        var peer = (PeerRead)read;
        Shared.Reads.Leave();
        Send(peer.Peer, new ReadIndexReply(Shared.Origin, _term, peer.Token, position));
    }

    private void RejectExpiredReads()
    {
        // A new leader with a long backlog may need longer than anybody waits until a batch of its own is committed.
        foreach (var read in _reads.TakeExpired(Now))
            Reject(read, RejectReason.Busy, null, "the leader could not confirm in time that it still leads, or is not ready yet");
    }

    private void RejectReads(RejectReason reason)
    {
        foreach (var read in _reads.TakeAll()) Reject(read, reason, Shared.Members.AddressOf(_leader), null);
    }

    private void Reject(IIndexedRead read, RejectReason reason, string? leaderAddress, string? detail)
    {
        Shared.Reads.Leave();
        // A follower asks again, whom it then takes for the leader.
        if (read is ServeRead serve) serve.Client.Tell(Refusal.Of(serve.Question, reason, leaderAddress, detail), Node);
    }

    private void Send(string to, PeerMessage message) => Shared.Environment.Network.Send(to, message);
}
