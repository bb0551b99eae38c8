namespace DLedger.Simulation;

/// <summary>A message that has arrived. <paramref name="From"/> is where an answer goes.</summary>
internal sealed record SimDelivery(SimAddress From, string Target, object Message);
