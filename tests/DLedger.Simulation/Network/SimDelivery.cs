namespace DLedger.Simulation;

/// <summary>A message that has arrived. <paramref name="From"/> is where an answer goes.</summary>
public sealed record SimDelivery(SimAddress From, string Target, object Message);
