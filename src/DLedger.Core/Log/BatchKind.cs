namespace DLedger.Core;

/// <summary>What a batch holds. The numbers are written to disk and wire: never reuse one.</summary>
public enum BatchKind : byte
{
    /// <summary>One or more entries.</summary>
    Entries = 1,

    /// <summary>The control record with which every leader opens its term (Raft 8). Holds no entries.</summary>
    NoOp = 2,
}
