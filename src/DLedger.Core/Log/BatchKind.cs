namespace DLedger.Core;

/// <summary>What a batch holds. The numbers are written to disk and wire: never reuse one.</summary>
internal enum BatchKind : byte
{
    /// <summary>One or more entries; what belongs to them beside their bytes is in the metadata.</summary>
    Entries = 1,

    /// <summary>The control record with which every leader opens its term (Raft 8). Holds nothing.</summary>
    NoOp = 2,

    /// <summary>A control record with a member set in its metadata (SAFETY 32).</summary>
    Members = 3,

    /// <summary>A control record with changes of the session table in its metadata (SAFETY 70).</summary>
    Sessions = 4,
}
