namespace DLedger.Host.Tests;

/// <summary>What members may say of themselves.</summary>
internal static class SomeStatus
{
    /// <summary>Of a member of the group <c>default</c> that follows n0, or is n0, in term 3, with everything flushed that it has.</summary>
    public static LedgerStatus Of(string id, MemberRole role, long last, long committed) => new()
    {
        Group = "default",
        Id = id,
        Role = role,
        Term = 3,
        LeaderId = "n0",
        FirstIndex = 0,
        LastIndex = last,
        CommittedIndex = committed,
        FlushedIndex = last,
    };
}
