namespace DLedger.Host;

/// <summary>What a member said of itself; <paramref name="Status"/> is null when it did not answer.</summary>
internal sealed record MemberReport(Member Member, LedgerStatus? Status)
{
    public bool Reachable => Status is not null;
}
