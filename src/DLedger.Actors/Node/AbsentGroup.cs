using Akka.Actor;

namespace DLedger.Node;

/// <summary>What a client is told where the group, or the role that it needs, is not there.</summary>
internal static class AbsentGroup
{
    /// <summary>False: the message is not of a client. Those of the protocol go unanswered: their senders repeat what matters.</summary>
    public static bool Answer(string group, RejectReason reason, object message, IActorRef client)
    {
        var detail = reason == RejectReason.NoSuchGroup ? $"there is no group {group} on this node" : null;
        var answer = message is GetStatus status
            ? new LedgerStatus { Group = group, Id = "", Role = MemberRole.Stopped, Problem = detail, RequestId = status.RequestId }
            : Refusal.Of(message, reason, null, detail);
        if (answer is null) return false;
        client.Tell(answer);
        return true;
    }
}
