using System.Diagnostics;

namespace DLedger.Host;

/// <summary>Outcomes in words for people.</summary>
internal static class Describe
{
    public static string Rejection(RejectReason reason, string? detail)
    {
        var words = reason switch
        {
            RejectReason.NotLeader => "is a quorum of the members up, and is the host written as the members write it?",
            RejectReason.Busy => "the leader is busy",
            RejectReason.TooLarge => "the entry is too large",
            RejectReason.NoEntries => "nothing to append",
            RejectReason.OutOfOrder => "a request before it was lost",
            RejectReason.NoSuchGroup => "there is no such group on that member",
            RejectReason.Starting => "the member is starting",
            RejectReason.Stopping => "the member is stopping",
            RejectReason.DiskFull => "the leader's disk is full",
            RejectReason.Failed => "the group has stopped on that member; see status",
            RejectReason.UnknownMember => "there is no such member",
            RejectReason.NoStateMachine => "the members have no state machine: start them with --state-machine",
            _ => throw new UnreachableException($"Reject reason {reason}."),
        };
        if (reason == RejectReason.NotLeader) return $"{detail ?? "no leader answered in time"}: {words}";
        return string.IsNullOrEmpty(detail) ? words : $"{words} ({detail})";
    }

    public static string Unknown(UnknownReason reason) => reason switch
    {
        UnknownReason.LeadershipLost => "the leader was lost while the entry was in its log",
        UnknownReason.TimedOut => "no answer in time",
        _ => throw new UnreachableException($"Unknown reason {reason}."),
    };
}
