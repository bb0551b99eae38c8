namespace DLedger.Processes.Tests;

/// <summary>What a history must keep to.</summary>
internal enum HistoryRule
{
    /// <summary>It is a history at all: time goes on, one open operation per client, bodies unique, a client number ends with an info.</summary>
    Format,

    /// <summary>Every ok append is at its index, exactly once, and never changes.</summary>
    Durable,

    /// <summary>No failed body appears anywhere, an info body at most once, and no body that nobody appended.</summary>
    Honest,

    /// <summary>What was in the log before an append began has lower indexes than it.</summary>
    Ordered,

    /// <summary>A read sees all that was acknowledged or seen before it began, as a piece of the one log.</summary>
    Fresh,

    /// <summary>At the end all members have the same whole log.</summary>
    Complete,
}
