namespace DLedger;

/// <summary>What a member is doing. The numbers are written to the wire: never reuse one.</summary>
public enum MemberRole
{
    /// <summary>It could not be found out, or is a role of a later version.</summary>
    Unknown = 0,

    /// <summary>It opens its store.</summary>
    Starting = 1,

    /// <summary>It follows a leader, or waits for one.</summary>
    Follower = 2,

    /// <summary>It asks whether the others would vote for it, before it begins a term.</summary>
    PreCandidate = 3,

    /// <summary>It asks for votes.</summary>
    Candidate = 4,

    /// <summary>It leads.</summary>
    Leader = 5,

    /// <summary>It is stopping, or starting again after one of its parts failed.</summary>
    Stopping = 6,

    /// <summary>There is no such group on that node.</summary>
    Stopped = 7,

    /// <summary>It has stopped for good; <see cref="LedgerStatus.Problem"/> says why.</summary>
    Failed = 8,
}
