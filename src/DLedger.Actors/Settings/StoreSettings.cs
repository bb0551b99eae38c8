namespace DLedger;

/// <summary>The store's part of <see cref="DLedgerSettings"/>; sizes in bytes, powers of two but the checkpoint's.</summary>
public sealed record StoreSettings(int PageBytes, long MemoryBytes, long SegmentBytes, long CheckpointBytes, long RetentionBytes, TimeSpan RetentionAge);
