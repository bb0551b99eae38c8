namespace DLedger.Core;

/// <summary>
/// Where a store reports. Called from the store's own threads, one call at a time: implementations only pass the news on and never block.
/// </summary>
internal interface IStoreListener
{
    /// <summary>Everything below <paramref name="flushedTo"/> is on disk and synced (SAFETY 19). Addresses only grow.</summary>
    void Flushed(WalAddress flushedTo);

    /// <summary>A write or sync failed, or damage was met. Final: the store accepts nothing more (SAFETY 24).</summary>
    void Failed(string reason);

    /// <summary>A write or sync has been running for too long (true), or came back (false) (SAFETY 24).</summary>
    void Stalled(bool stalled);

    /// <summary>Space for appends ran out, or is back: ask <see cref="ILogWriter.FreeBytes"/> (SAFETY 16, 27).</summary>
    void SpaceChanged();

    /// <summary>The beginning that <see cref="ILogWriter.MoveBase"/> gave is on disk, and the space before it is given back (SAFETY 25).</summary>
    void BaseMoved(LogBase newBase);

    /// <summary>
    /// So much was written since the last checkpoint that another is due: the owner answers with <see cref="ILogWriter.KeepCheckpoint"/>. Asked again
    /// only after as much again.
    /// </summary>
    void CheckpointDue();
}
