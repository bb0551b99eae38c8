using System.Diagnostics;
using Akka.Actor;

namespace DLedger.Client;

/// <content>Reads, transfers and questions for status: nothing here changes the log, so a try without an answer is simply made again.</content>
internal sealed partial class ClientActor
{
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(2);

    private readonly List<PendingCall> _calls = [];
    private readonly List<StatusRound> _rounds = [];
    private int _nextMember;

    private void OnCall(PendingCall call)
    {
        call.Deadline = Now + _client.Options.Timeout;
        _calls.Add(call);
        SendCalls(Now);
    }

    private void SendCalls(TimeSpan now)
    {
        foreach (var call in _calls)
        {
            if (call.Reply is not null || now < call.NextAt) continue;
            if (Target(call) is not { } member) continue;
            call.Reply = new ReplyRef(_client.Provider, Self, call);
            call.SentTo = member;

            // A transfer takes its time, and a second one would be refused while the first is under way.
            call.NextAt = call.Message is TransferLeadership ? call.Deadline : now + TryTimeout;
            member.Tell(call.Message, call.Reply);
        }

        if (_leader is null && WantsLeader) Search();
    }

    private IActorRef? Target(PendingCall call)
    {
        if (call.LeaderOnly) return _leader?.Member;
        var address = _client.Members[(_nextMember + call.Tries) % _client.Members.Count];
        return _client.Resolve(address);
    }

    private void OnCallAnswer(PendingCall call, object answer)
    {
        call.Reply = null;
        if (!_calls.Contains(call)) return;
        (RejectReason? Reason, string? Hint) refusal = answer switch
        {
            ReadResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
            TransferResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
            _ => (null, null),
        };
        if (answer is not DLedgerMessage message)
        {
            Retry(call, TimeSpan.Zero);
            return;
        }

        switch (refusal.Reason)
        {
            case RejectReason.Busy:
                call.LastRefusal = message;
                Retry(call, Wait(call));
                break;
            case RejectReason.NotLeader or RejectReason.Stopping or RejectReason.Failed or RejectReason.NoSuchGroup:
                call.LastRefusal = message;
                Retry(call, call.LeaderOnly && call.Tries == 0 ? TimeSpan.Zero : Wait(call));
                if (call.LeaderOnly) ForgetLeader(refusal.Hint);
                break;
            default:
                Complete(call, message);
                break;
        }
    }

    private static void Retry(PendingCall call, TimeSpan wait)
    {
        call.Reply?.Close();
        call.Reply = null;
        call.Tries++;
        call.NextAt = Now + wait;
    }

    private static TimeSpan Wait(PendingCall call) => BackoffMin * Math.Min(1 << Math.Min(call.Tries, 4), 16);

    private void TickCalls(TimeSpan now)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (call.Result.Task.IsCompleted) Drop(call); // cancelled
            else if (now >= call.Deadline) Complete(call, GivenUp(call));
            else if (call.Reply is not null && now >= call.NextAt)
            {
                Retry(call, TimeSpan.Zero);
                if (call.LeaderOnly) ForgetLeader();
                else _nextMember++;
            }
        }

        SendCalls(now);
        for (var i = _rounds.Count - 1; i >= 0; i--)
        {
            if (now >= _rounds[i].Deadline || _rounds[i].Result.Task.IsCompleted) Complete(_rounds[i]);
        }
    }

    private DLedgerMessage GivenUp(PendingCall call)
    {
        if (call.LastRefusal is { } refusal) return refusal;
        var what = $"no {(call.LeaderOnly ? "leader" : "member")} of group {_client.Group} answered within {_client.Options.Timeout.TotalSeconds:0.#} s";
        return call.Message switch
        {
            Read => new ReadResult.Rejected(RejectReason.NotLeader, null, what),
            TransferLeadership => call.Tries > 0 || call.Reply is not null ? new TransferResult.Failed(what) : new TransferResult.Rejected(RejectReason.NotLeader, null, what),
            _ => throw new UnreachableException(),
        };
    }

    private void RejectCalls(RejectReason reason, string detail)
    {
        foreach (var call in _calls.Where(call => call.LeaderOnly && call.Reply is null).ToArray()) Complete(call, Rejection(call, reason, detail));
    }

    private static DLedgerMessage Rejection(PendingCall call, RejectReason reason, string detail) => call.Message switch
    {
        Read => new ReadResult.Rejected(reason, null, detail),
        TransferLeadership => new TransferResult.Rejected(reason, null, detail),
        _ => throw new UnreachableException(),
    };

    private void Complete(PendingCall call, DLedgerMessage result)
    {
        Drop(call);
        call.Result.TrySetResult(result);
    }

    private void Drop(PendingCall call)
    {
        call.Reply?.Close();
        call.Reply = null;
        _calls.Remove(call);
    }

    private void OnStatusRound(StatusRound round)
    {
        round.Deadline = Now + round.Timeout;
        round.Answers = new LedgerStatus?[_client.Members.Count];
        round.Missing = _client.Members.Count;
        _rounds.Add(round);
        round.Replies = new ReplyRef[_client.Members.Count];
        for (var i = 0; i < _client.Members.Count; i++)
        {
            round.Replies[i] = new ReplyRef(_client.Provider, Self, new StatusRound.Place(round, i));
            _client.Resolve(_client.Members[i])?.Tell(new GetStatus(), round.Replies[i]);
        }
    }

    private void OnStatusAnswer(StatusRound.Place place, object answer)
    {
        if (answer is not LedgerStatus status || !_rounds.Contains(place.Round)) return;
        place.Round.Answers[place.Member] = status;
        if (--place.Round.Missing == 0) Complete(place.Round);
    }

    private void Complete(StatusRound round)
    {
        _rounds.Remove(round);
        foreach (var reply in round.Replies) reply.Close();
        round.Result.TrySetResult([.. _client.Names.Select((member, i) => new MemberStatus(member, round.Answers[i], round.Answers[i] is not null))]);
    }

    private void CloseCalls()
    {
        foreach (var call in _calls.ToArray()) Complete(call, Rejection(call, RejectReason.Stopping, "the client is closed"));
        foreach (var round in _rounds.ToArray()) Complete(round);
        EndSearches();
    }
}
