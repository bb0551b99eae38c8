namespace DLedger;

/// <summary>Why the outcome of an append is unknown. The numbers are written to the wire: never reuse one.</summary>
public enum UnknownReason
{
    /// <summary>The leader was deposed or stopped while the entry was in its log.</summary>
    LeadershipLost = 1,

    /// <summary>No quorum, or no answer, within <c>append-timeout</c>.</summary>
    TimedOut = 2,
}
