using static DLedger.SettingsText;

namespace DLedger;

/// <summary>What an application gives of the store's settings; what is null is as in <c>hocon/dledger.conf</c>. Sizes in bytes.</summary>
public sealed class DLedgerStoreOptions
{
    /// <summary>A page of the write buffer, a power of two; larger than the largest entry. Fixed when the folder is made.</summary>
    public long? PageBytes { get; set; }

    /// <summary>The write buffer, a power of two, at least two pages.</summary>
    public long? MemoryBytes { get; set; }

    /// <summary>A file of the log, a power of two; allocated ahead. Fixed when the folder is made.</summary>
    public long? SegmentBytes { get; set; }

    /// <summary>A checkpoint of the index is written each time this much was appended.</summary>
    public long? CheckpointBytes { get; set; }

    /// <summary>How far ahead of the log zeros are written; 0 for none.</summary>
    public long? ZeroAheadBytes { get; set; }

    /// <summary>How much of the newest log the operating system's page cache keeps; 0 leaves that to the system.</summary>
    public long? PageCacheBytes { get; set; }

    internal void WriteTo(HoconSection section)
    {
        section.Set("store.page-bytes", OfBytes(PageBytes));
        section.Set("store.memory-bytes", OfBytes(MemoryBytes));
        section.Set("store.segment-bytes", OfBytes(SegmentBytes));
        section.Set("store.checkpoint-bytes", OfBytes(CheckpointBytes));
        section.Set("store.zero-ahead-bytes", OfBytes(ZeroAheadBytes));
        section.Set("store.page-cache-bytes", OfBytes(PageCacheBytes));
    }
}
