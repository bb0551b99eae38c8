namespace DLedger.Host;

/// <summary>What to measure.</summary>
/// <param name="SizeBytes">Of each entry.</param>
/// <param name="Outstanding">Appends under way at any time (a closed loop).</param>
/// <param name="WarmUp">Not measured.</param>
/// <param name="Duration">Measured.</param>
internal sealed record BenchPlan(int SizeBytes, int Outstanding, TimeSpan WarmUp, TimeSpan Duration);
