namespace DLedger.Host.Tests;

/// <summary>What members may say of themselves.</summary>
internal static class SomeStatus
{
    /// <summary>
    /// Of a member of the group <c>default</c> that follows n0, or is n0, in term 3, with everything flushed that it has; unless told otherwise.
    /// </summary>
    public static LedgerStatus Of(
        string id, MemberRole role, long last, long committed,
        string leaderId = "n0", long term = 3, string? problem = null, string? leaderAddress = null) => new()
    {
        Group = "default",
        Id = id,
        Role = role,
        Term = term,
        LeaderId = leaderId,
        LeaderAddress = leaderAddress,
        FirstIndex = 0,
        LastIndex = last,
        CommittedIndex = committed,
        FlushedIndex = last,
        Problem = problem,
    };
}
