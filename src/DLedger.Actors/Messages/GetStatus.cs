namespace DLedger;

/// <summary>Asks a member how it is. Answered with <see cref="LedgerStatus"/>.</summary>
public sealed class GetStatus : DLedgerRequest<LedgerStatus>
{
    private protected override object Content => new { };
}
