namespace DLedger;

/// <summary>Asks a member how it is. Answered with <see cref="LedgerStatus"/>.</summary>
public sealed record GetStatus : DLedgerRequest<LedgerStatus>;
