namespace DLedger;

/// <summary>What a member said about itself.</summary>
/// <param name="Member">Who was asked.</param>
/// <param name="Status">Its answer; null when there was none in time.</param>
/// <param name="Reachable">Whether it answered.</param>
public sealed record MemberStatus(Member Member, LedgerStatus? Status, bool Reachable);
