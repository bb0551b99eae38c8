namespace DLedger;

/// <summary>Why the outcome of an append is unknown. The numbers are written to the wire: never reuse one.</summary>
public enum UnknownReason
{
    /// <summary>
    /// The leader was deposed, stepped down or stopped while the entry was in its log; or a client lost its connection to a leader that has been
    /// replaced since.
    /// </summary>
    LeadershipLost = 1,

    /// <summary>No quorum had the entry within <c>append-timeout</c>, or no answer came within the client's own timeout.</summary>
    TimedOut = 2,
}
