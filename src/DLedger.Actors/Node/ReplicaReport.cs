namespace DLedger.Node;

/// <summary>
/// What a state machine has to say of itself, for a status: written by its actor alone, and looked at, since that one may be busy applying.
/// Thread-safe.
/// </summary>
internal sealed class ReplicaReport
{
    private volatile string? _problem;
    private long _appliedEntry = -1;

    /// <summary>In one line; null when all is well.</summary>
    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }

    /// <summary>The last entry that is applied; -1 for none.</summary>
    public long AppliedEntry
    {
        get => Volatile.Read(ref _appliedEntry);
        set => Volatile.Write(ref _appliedEntry, value);
    }
}
