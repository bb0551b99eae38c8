using Akka.Event;

namespace DLedger;

/// <summary>How a member is: the answer to <see cref="GetStatus"/>. Indexes are entry indexes, -1 when there is none.</summary>
public sealed class LedgerStatus : DLedgerMessage, IDeadLetterSuppression
{
    /// <summary>The group.</summary>
    public required string Group { get; init; }

    /// <summary>The member; empty when the group is not on that node.</summary>
    public required string Id { get; init; }

    /// <summary>What it is doing.</summary>
    public required MemberRole Role { get; init; }

    /// <summary>Its current term.</summary>
    public long Term { get; init; }

    /// <summary>The leader that it follows, itself when it leads; null when it knows none.</summary>
    public string? LeaderId { get; init; }

    /// <summary>That leader's <see cref="Member.Address"/>.</summary>
    public string? LeaderAddress { get; init; }

    /// <summary>The first entry kept.</summary>
    public long FirstIndex { get; init; } = -1;

    /// <summary>The last entry in its log, committed or not.</summary>
    public long LastIndex { get; init; } = -1;

    /// <summary>The last entry that it knows to be committed.</summary>
    public long CommittedIndex { get; init; } = -1;

    /// <summary>The last entry that its state machine has applied; of a plain log, the last one committed.</summary>
    public long AppliedIndex { get; init; } = -1;

    /// <summary>The last entry on its own disk.</summary>
    public long FlushedIndex { get; init; } = -1;

    /// <summary>Reads that wait here, for the leader's word or for what they have to see.</summary>
    public int PendingReads { get; init; }

    /// <summary>Whether it leads and serves <see cref="ReadMode.Lease"/> by its lease at this moment; without one, as linearizable.</summary>
    public bool HoldsLease { get; init; }

    /// <summary>On a leader, how each other member keeps up; elsewhere, who they are.</summary>
    public IReadOnlyList<PeerStatus> Peers { get; init; } = [];

    /// <summary>
    /// What keeps it from working or voting, in one line: a failed disk, members that it has not met, a wiped folder. Null when all is well.
    /// </summary>
    public string? Problem { get; init; }

    /// <summary>Messages refused since the start: damaged, from non-members, of another group or cluster.</summary>
    public long Dropped { get; init; }

    private protected override long HeldRequestId { get; set; }

    private protected override object Content =>
        new { Group, Id, Role, Term, LeaderId, LeaderAddress, FirstIndex, LastIndex, CommittedIndex, FlushedIndex, Peers, Problem, Dropped };
}
