namespace DLedger.Core;

/// <summary>What became of a write.</summary>
internal enum WriteOutcome
{
    /// <summary>Given to the log; not yet flushed.</summary>
    Accepted,

    /// <summary>The write buffer is full; nothing happened. Try again after the next <see cref="IStoreListener.Flushed"/>.</summary>
    BufferFull,

    /// <summary>
    /// The store is taking more space, and is not done; nothing happened. Try again after <see cref="IStoreListener.SpaceChanged"/>.
    /// </summary>
    SpaceIsComing,

    /// <summary>No space on the disk; nothing happened. Try again after <see cref="IStoreListener.SpaceChanged"/>.</summary>
    DiskFull,

    /// <summary>The store failed before; <see cref="IStoreListener.Failed"/> has said why.</summary>
    Failed,
}
