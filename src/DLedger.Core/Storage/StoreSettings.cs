namespace DLedger.Core;

/// <summary>What a member's settings say of its store: what a store's factory is made from, so that no key is lost on the way. Sizes in bytes.</summary>
public sealed record StoreSettings
{
    /// <summary>Where the member's data is.</summary>
    public required string Folder { get; init; }

    /// <summary>A folder of another cluster is refused.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The largest entry, or the largest sum of entries in one batch if that is more.</summary>
    public required int MaxBodyBytes { get; init; }

    /// <summary>A page of the write buffer; a power of two.</summary>
    public required int PageBytes { get; init; }

    /// <summary>The write buffer; a power of two.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>One file of the log; a power of two.</summary>
    public required long SegmentBytes { get; init; }

    /// <summary>How much is written between two checkpoints.</summary>
    public required long CheckpointBytes { get; init; }

    /// <summary>How far ahead zeros are written; a power of two, or 0.</summary>
    public required int ZeroAheadBytes { get; init; }

    /// <summary>How much of the newest log the operating system's page cache keeps; 0 leaves that to the system.</summary>
    public required long PageCacheBytes { get; init; }

    /// <summary>How much of the log is kept; 0 keeps everything.</summary>
    public required long RetentionBytes { get; init; }

    /// <summary>How long the log is kept; zero keeps it for ever.</summary>
    public required TimeSpan RetentionAge { get; init; }
}
