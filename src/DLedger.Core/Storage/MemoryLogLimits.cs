namespace DLedger.Core;

/// <summary>How much a memory log may hold, all in bytes of encoded batches. A <paramref name="RetentionBytes"/> of 0 keeps everything.</summary>
internal readonly record struct MemoryLogLimits(long BytesMax, long RetentionBytes, int BatchBytesMax)
{
    /// <summary>Kept for control records: a full log must still be able to elect (SAFETY 27).</summary>
    public long ReserveBytes => Math.Min(64 * 1024, BytesMax / 16);
}
