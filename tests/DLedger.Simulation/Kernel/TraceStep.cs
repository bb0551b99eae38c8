namespace DLedger.Simulation;

/// <summary>One line of a <see cref="Trace"/>; put into words only when somebody reads it.</summary>
internal readonly record struct TraceStep(TimeSpan At, string Place, object What);
