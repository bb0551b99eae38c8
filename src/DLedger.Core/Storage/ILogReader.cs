namespace DLedger.Core;

/// <summary>
/// The reading side of a group's log; thread-safe. Sees every batch given to the writer, flushed or not: the caller decides what may be shown.
/// Reads may block on the disk. Damage throws <see cref="StoreDamagedException"/> and is reported to the listener (SAFETY 26).
/// </summary>
internal interface ILogReader
{
    /// <summary>What stands just before the first batch.</summary>
    Tail Base { get; }

    /// <summary>
    /// Adds batches from <paramref name="from"/> on to <paramref name="into"/>, in order, until they sum to <paramref name="bytesMax"/> (at least one
    /// if there is one), or the log ends.
    /// </summary>
    ReadOutcome Read(LogIndex from, int bytesMax, List<Batch> into);

    /// <summary>The batch that holds an entry; null if the entry is not in the log.</summary>
    LogIndex? Find(EntryIndex entry);

    /// <summary>The point of a batch (or the base); null if it is not in the log. May read from disk.</summary>
    LogPoint? PointAt(LogIndex index);
}
