namespace DLedger.Core;

/// <summary>What a lease would begin with if a quorum answered.</summary>
/// <param name="At">By the clock of leases.</param>
/// <param name="Pauses">How often the process had been paused by then.</param>
internal readonly record struct LeaseStart(TimeSpan At, long Pauses);
