using Akka.Actor;

namespace DLedger.Client;

/// <summary>
/// The calls that wait for an answer, in the order in which they came. What happens to one of them costs the same however many there are; all are
/// looked at only when time passes, or a leader is found.
/// </summary>
internal sealed class CallList
{
    private readonly LinkedList<PendingCall> _calls = new();
    private int _waitingForLeader;

    public int Count => _calls.Count;

    /// <summary>Some can only be sent once it is known who leads.</summary>
    public bool WantLeader => _waitingForLeader > 0;

    /// <summary>How many calls <see cref="All"/> has handed out.</summary>
    public long Looks { get; private set; }

    public void Add(PendingCall call)
    {
        call.Place = _calls.AddLast(call);
        if (call.LeaderOnly) _waitingForLeader++;
    }

    /// <summary>A try is under way.</summary>
    public void Sent(PendingCall call, IActorRef member, ReplyRef reply)
    {
        call.SentTo = member;
        call.Reply = reply;
        if (call.LeaderOnly) _waitingForLeader--;
    }

    /// <summary>The try that is under way, if any, is over; nothing that still comes to its address counts.</summary>
    public void EndTry(PendingCall call)
    {
        if (call.Reply is null) return;
        call.Reply.Close();
        call.Reply = null;
        if (call.LeaderOnly) _waitingForLeader++;
    }

    public void Remove(PendingCall call)
    {
        if (call.Place is not { } place) return;
        EndTry(call);
        if (call.LeaderOnly) _waitingForLeader--;
        call.Place = null;
        _calls.Remove(place);
    }

    /// <summary>Each of them, in order; the one that was handed out last may go meanwhile.</summary>
    public IEnumerable<PendingCall> All()
    {
        for (var place = _calls.First; place is not null;)
        {
            var call = place.Value;
            place = place.Next;
            Looks++;
            yield return call;
        }
    }
}
