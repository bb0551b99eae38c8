namespace DLedger.Core;

/// <summary>How a leader deals with appends.</summary>
/// <param name="Intake">What it takes.</param>
/// <param name="AppendTimeout">How long a client waits for its entries to be committed, before it is told that nobody knows.</param>
internal sealed record LeaderLogSettings(IntakeSettings Intake, TimeSpan AppendTimeout);
