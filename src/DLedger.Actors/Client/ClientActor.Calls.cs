using System.Diagnostics;
using Akka.Actor;
using DLedger.Node;

namespace DLedger.Client;

/// <content>Reads, transfers and questions for status: nothing here changes the log, so a try without an answer is simply made again.</content>
internal sealed partial class ClientActor
{
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan NearAgainAfter = TimeSpan.FromSeconds(10);

    private readonly CallList _calls;
    private readonly LinkedList<StatusRound> _rounds = new();
    private int _nextMember;

    /// <summary>When the members that are named first are tried first again.</summary>
    private TimeSpan _nearAgainAt = TimeSpan.MaxValue;

    private bool HasRoomForACall => _calls.Count + _rounds.Count < _client.Options.OutstandingCallsMax;

    private string NoRoomForACall =>
        $"{_client.Options.OutstandingCallsMax} calls of this client wait for their answers: {nameof(DLedgerClientOptions.OutstandingCallsMax)}";

    private void OnCall(PendingCall call)
    {
        if (!HasRoomForACall)
        {
            call.Result.TrySetResult(Refuse(call, RejectReason.Busy, NoRoomForACall));
            return;
        }

        var now = Now;
        call.Deadline = now + _client.Options.Timeout;
        _calls.Add(call);
        TrySend(call, now);
        if (_leader is null && WantsLeader) Search();
    }

    private void SendCalls(TimeSpan now)
    {
        foreach (var call in _calls.All()) TrySend(call, now);
        if (_leader is null && WantsLeader) Search();
    }

    private void TrySend(PendingCall call, TimeSpan now)
    {
        if (call.Reply is not null || now < call.NextAt) return;
        if (Target(call) is not { } member) return;
        var reply = new QuestionRef(_client.Replies, Self, call);
        _calls.Sent(call, member, reply);

        // A transfer takes its time, and a second one would be refused while the first is under way.
        call.NextAt = call.Message is TransferLeadership ? call.Deadline : now + TryTimeout;
        member.Tell(call.Message.WithRequestId(reply.RequestId), reply);
    }

    private IActorRef? Target(PendingCall call)
    {
        if (call.LeaderOnly) return _leader?.Member;
        return _client.Resolve(_client.ReadOrder[(_nextMember + call.Tries) % _client.ReadOrder.Count]);
    }

    private void OnCallAnswer(PendingCall call, ReplyRef reply, object answer)
    {
        // Of a try that was given up a moment ago.
        if (call.Reply != reply) return;
        if (!call.IsAnsweredBy(answer))
        {
            Retry(call, TimeSpan.Zero);
            return;
        }

        var message = (DLedgerMessage)answer;
        switch (Refusal.In(message))
        {
            case { Reason: RejectReason.Busy }:
                call.LastRefusal = message;
                Retry(call, Wait(call));
                break;
            case { Reason: RejectReason.NotLeader or RejectReason.Starting or RejectReason.Stopping or RejectReason.Failed
                or RejectReason.NoSuchGroup } refusal:
                call.LastRefusal = message;
                Retry(call, call.LeaderOnly && call.Tries == 0 ? TimeSpan.Zero : Wait(call));
                if (call.LeaderOnly) ForgetLeader(refusal.LeaderAddress);
                break;
            default:
                Complete(call, message);
                break;
        }
    }

    private void Retry(PendingCall call, TimeSpan wait)
    {
        _calls.EndTry(call);
        call.Tries++;
        call.NextAt = Now + wait;
    }

    private static TimeSpan Wait(PendingCall call) => BackoffMin * Math.Min(1 << Math.Min(call.Tries, 4), 16);

    private void TickCalls(TimeSpan now)
    {
        foreach (var call in _calls.All())
        {
            if (call.Result.Task.IsCompleted) _calls.Remove(call); // cancelled
            else if (now >= call.Deadline) Complete(call, GivenUp(call));
            else if (call.Reply is not null && now >= call.NextAt)
            {
                Retry(call, TimeSpan.Zero);
                if (call.LeaderOnly) ForgetLeader();
                else TurnFromSilentMember(now);
            }
        }

        if (now >= _nearAgainAt) (_nextMember, _nearAgainAt) = (0, TimeSpan.MaxValue);
        SendCalls(now);
        for (var place = _rounds.First; place is not null;)
        {
            var round = place.Value;
            place = place.Next;
            if (now >= round.Deadline || round.Result.Task.IsCompleted) Complete(round);
        }
    }

    /// <summary>Whoever comes next is asked first from now on; where some are nearer than others, not for long.</summary>
    private void TurnFromSilentMember(TimeSpan now)
    {
        _nextMember++;
        if (_client.Options.ReadFrom.Count > 0) _nearAgainAt = now + NearAgainAfter;
    }

    private DLedgerMessage GivenUp(PendingCall call)
    {
        if (call.LastRefusal is { } refusal) return refusal;
        var what =
            $"no {(call.LeaderOnly ? "leader" : "member")} of group {_client.Group} answered within {_client.Options.Timeout.TotalSeconds:0.#} s";
        return call.Message is TransferLeadership && (call.Tries > 0 || call.Reply is not null)
            ? new TransferResult.Failed(what)
            : Refuse(call, RejectReason.NotLeader, what);
    }

    private void RejectCalls(RejectReason reason, string detail)
    {
        foreach (var call in _calls.All())
        {
            if (call.LeaderOnly && call.Reply is null) Complete(call, Refuse(call, reason, detail));
        }
    }

    private static DLedgerMessage Refuse(PendingCall call, RejectReason reason, string detail) =>
        Refusal.Of(call.Message, reason, null, detail) ?? throw new UnreachableException();

    private void Complete(PendingCall call, DLedgerMessage result)
    {
        _calls.Remove(call);

        // The id was the try's; what the caller gave, if anything, is its own.
        call.Result.TrySetResult(result.RequestId == call.Message.RequestId ? result : result.WithRequestId(call.Message.RequestId));
    }

    private void OnStatusRound(StatusRound round)
    {
        if (!HasRoomForACall)
        {
            round.Result.TrySetException(new InvalidOperationException(NoRoomForACall));
            return;
        }

        round.Deadline = Now + round.Timeout;
        round.Answers = new LedgerStatus?[_client.Members.Count];
        round.Missing = _client.Members.Count;
        round.PlaceInList = _rounds.AddLast(round);
        round.Replies = new ReplyRef[_client.Members.Count];
        for (var i = 0; i < _client.Members.Count; i++)
        {
            var reply = new QuestionRef(_client.Replies, Self, new StatusRound.Place(round, i));
            round.Replies[i] = reply;
            _client.Resolve(_client.Members[i])?.Tell(new GetStatus { RequestId = reply.RequestId }, reply);
        }
    }

    private void OnStatusAnswer(StatusRound.Place place, object answer)
    {
        if (answer is not LedgerStatus status || place.Round.PlaceInList is null) return;
        place.Round.Answers[place.Member] = status.WithRequestId(0);
        if (--place.Round.Missing == 0) Complete(place.Round);
    }

    private void Complete(StatusRound round)
    {
        _rounds.Remove(round.PlaceInList!);
        round.PlaceInList = null;
        foreach (var reply in round.Replies) reply.Close();
        round.Result.TrySetResult([.. _client.Names.Select((member, i) => new MemberStatus(member, round.Answers[i]))]);
    }

    private void CloseCalls()
    {
        foreach (var call in _calls.All()) Complete(call, Refuse(call, RejectReason.Stopping, "the client is closed"));
        while (_rounds.First is { } round) Complete(round.Value);
        EndSearches();
    }
}
