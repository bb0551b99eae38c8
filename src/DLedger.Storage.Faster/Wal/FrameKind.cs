namespace DLedger.Storage.Faster;

/// <summary>What a frame of the write-ahead log holds. Written to disk: never reuse a number.</summary>
internal enum FrameKind : byte
{
    /// <summary>One batch; supersedes every earlier frame of its group with the same or a higher log index.</summary>
    Batch = 1,

    /// <summary>
    /// Nothing: says how far the log was flushed when it was written. Opens every incarnation, ends every idle spell and every clean stop.
    /// </summary>
    Mark = 2,

    /// <summary>The tail that is kept; everything above it is superseded.</summary>
    Truncate = 3,

    /// <summary>A new base, prefix and all; everything before this frame is superseded.</summary>
    Reset = 4,
}
