namespace DLedger;

/// <summary>Asks the leader to hand over to another member. Answered with one <see cref="TransferResult"/>.</summary>
/// <param name="To">The id of the new leader.</param>
public sealed record TransferLeadership(string To) : DLedgerRequest<TransferResult>;
