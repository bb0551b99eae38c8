using Akka.Event;

namespace DLedger;

/// <summary>How a member is. Indexes are entry indexes, -1 when there is none.</summary>
/// <param name="Group">The group.</param>
/// <param name="Id">The member.</param>
/// <param name="Role">Leader, Follower, Candidate, PreCandidate, Starting, Stopped or Failed.</param>
/// <param name="Term">Its current term.</param>
/// <param name="LeaderId">The leader it follows; null when it knows none.</param>
/// <param name="LeaderAddress">As <see cref="Member.Address"/>.</param>
/// <param name="FirstIndex">The first entry kept.</param>
/// <param name="LastIndex">The last entry in its log, committed or not.</param>
/// <param name="CommittedIndex">The last entry it knows to be committed.</param>
/// <param name="FlushedIndex">The last entry on its own disk.</param>
/// <param name="Peers">On a leader, how each other member keeps up; else who they are.</param>
/// <param name="Problem">What keeps it from working or voting, in one line: a failed disk, members it has not met, a wiped folder. Null when all is well.</param>
/// <param name="Dropped">Messages refused since the start: damaged, from strangers, of another group or cluster.</param>
public sealed record LedgerStatus(
    string Group,
    string Id,
    string Role,
    long Term,
    string? LeaderId,
    string? LeaderAddress,
    long FirstIndex,
    long LastIndex,
    long CommittedIndex,
    long FlushedIndex,
    IReadOnlyList<PeerStatus> Peers,
    string? Problem = null,
    long Dropped = 0) : DLedgerMessage, IDeadLetterSuppression
{
    /// <inheritdoc/>
    public override long RequestId { get; init; }
}
