namespace DLedger.Storage.Faster;

/// <summary>One open file. Thread-safe: reads and writes name their offset.</summary>
internal interface IStoreFile : IDisposable
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <summary>Whether its path still leads to it: false once the file, or the folder around it, was moved, deleted or replaced.</summary>
    bool IsInPlace => true;

    /// <summary>
    /// Takes the operating system's lock on this open file until it is closed; false when somebody else holds one. One that may only be read is
    /// locked against writers alone.
    /// </summary>
    bool TryLock() => true;

    /// <summary>
    /// Writes all bytes. Not durable before <see cref="Sync"/> has returned; until then any subset of its 512-byte sectors may survive a power loss.
    /// </summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Reads up to the end of the file; returns the bytes read.</summary>
    int Read(long offset, Span<byte> into);

    /// <summary>Syncs data and size (fdatasync): covers only writes that had returned before it began (SAFETY 19).</summary>
    void Sync();

    /// <summary>
    /// Reserves disk space up to this length and grows the file to it with zeros; the new length is durable after <see cref="Sync"/>. Throws
    /// <see cref="DiskFullException"/> and leaves the file usable.
    /// </summary>
    void Allocate(long length);

    /// <summary>A hint that these bytes, which are synced, need not be kept in memory.</summary>
    void Uncache(long offset, long length);
}
