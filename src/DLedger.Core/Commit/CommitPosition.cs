namespace DLedger.Core;

/// <summary>How far a log is committed, as far as whoever holds this knows. It only grows.</summary>
internal sealed class CommitPosition
{
    public CommitPosition(LogIndex committed) => Value = committed;

    public LogIndex Value { get; private set; }

    /// <summary>What was learned elsewhere: the larger holds (SAFETY 14). True if that moved it.</summary>
    public bool Raise(LogIndex committed)
    {
        if (committed <= Value) return false;
        Value = committed;
        return true;
    }
}
