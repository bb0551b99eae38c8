namespace DLedger.Core;

/// <summary>
/// The writing side of a group's log, for its single owner. No call blocks or waits for the disk. While unflushed data exists the store starts the
/// next flush by itself, one covering all that came meanwhile (group commit), and reports through <see cref="IStoreListener.Flushed"/>.
/// </summary>
internal interface ILogWriter
{
    /// <summary>What stands just before the first batch: <see cref="LogBase.Empty"/> until the base is moved or the log reset.</summary>
    LogBase Base { get; }

    /// <summary>The last batch given to the log, flushed or not; the tail of <see cref="Base"/> when the log is empty.</summary>
    Tail Tail { get; }

    /// <summary>The terms of all batches, kept by the writer; for its owner's thread only.</summary>
    TermTable Terms { get; }

    /// <summary>
    /// How many more bytes of batches surely fit into space already allocated, the reserve for control records left aside (SAFETY 16, 27). The
    /// store allocates more by itself, ahead of need; on a full disk this shrinks to 0 and comes back by itself.
    /// </summary>
    long FreeBytes { get; }

    /// <summary>
    /// Whether the store is taking more space: what does not fit <see cref="FreeBytes"/> will soon. False on a full disk, and for a store that has
    /// all its space from the start.
    /// </summary>
    bool SpaceIsComing => false;

    /// <summary>The largest batch, encoded, that this store can hold.</summary>
    int MaxBatchBytes { get; }

    /// <summary>The largest prefix that this store can hold: never more than <see cref="LogBase.PrefixBytesMax"/>.</summary>
    int MaxPrefixBytes { get; }

    /// <summary>
    /// Appends a batch. Its index may be at or below the tail's: it then supersedes every batch from there on; its previous point must be in the log.
    /// <paramref name="endsAt"/> is where it ends in the write-ahead log: it is flushed once <see cref="IStoreListener.Flushed"/> reports that much.
    /// </summary>
    WriteOutcome TryAppend(Batch batch, out WalAddress endsAt);

    /// <summary>Drops every batch above <paramref name="last"/>, durably once flushed up to <paramref name="endsAt"/>.</summary>
    WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt);

    /// <summary>
    /// Drops the whole log and starts again behind <paramref name="newBase"/>, durably once flushed up to <paramref name="endsAt"/> (SAFETY 25).
    /// </summary>
    WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt);

    /// <summary>
    /// Behind which batch the log could begin, by the retention settings (bytes, age): what goes then gives space back, and the batch
    /// <paramref name="committed"/> stays, as does all that comes after it (SAFETY 25). Null when there is nothing to gain. Looks at memory only, and
    /// changes nothing.
    /// </summary>
    Tail? FindNewBase(LogIndex committed);

    /// <summary>
    /// The log begins behind <paramref name="newBase"/> from now on, whose tail is one that <see cref="FindNewBase"/> proposed. Returns at once: the
    /// new beginning, prefix and all, is put on disk in one synced record before any file goes (SAFETY 25, 41), and
    /// <see cref="IStoreListener.BaseMoved"/> tells when it is there.
    /// </summary>
    void MoveBase(LogBase newBase);

    /// <summary>
    /// The answer to <see cref="IStoreListener.CheckpointDue"/>: the log's tail now, with the prefix that stands for everything up to it. Returns at
    /// once. The checkpoint counts once the log is flushed that far (SAFETY 26); an opening reads from there, and offers it as
    /// <see cref="IGroupLog.FoundCheckpoint"/>.
    /// </summary>
    void KeepCheckpoint(LogBase asOf);
}
