namespace DLedger;

/// <summary>What a member said about itself when a <see cref="DLedgerClient"/> asked it.</summary>
/// <param name="member">Who was asked.</param>
/// <param name="status">Its answer; null when there was none in time.</param>
public sealed class MemberStatus(Member member, LedgerStatus? status)
{
    /// <summary>Who was asked.</summary>
    public Member Member { get; } = member;

    /// <summary>Its answer; null when there was none in time.</summary>
    public LedgerStatus? Status { get; } = status;

    /// <summary>Whether it answered.</summary>
    public bool Reachable => Status is not null;
}
