namespace DLedger.Core;

/// <summary>How a leader deals with appends.</summary>
/// <param name="Intake">What it takes.</param>
/// <param name="AppendTimeout">How long a client waits for its entries to be committed, before it is told that nobody knows.</param>
internal sealed record LeaderLogSettings(IntakeSettings Intake, TimeSpan AppendTimeout)
{
    /// <summary>
    /// There is a state machine: what is taken counts as outstanding until that has applied it, so that a slow one holds appends back. Otherwise
    /// until it is committed.
    /// </summary>
    public bool CountsUntilApplied { get; init; }
}
