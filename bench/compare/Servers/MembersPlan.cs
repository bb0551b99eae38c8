namespace DLedger.Compare;

/// <summary>What <see cref="MembersProcess"/> tells its child.</summary>
internal sealed record MembersPlan(string Peers, string Folder);
