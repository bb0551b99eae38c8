namespace DLedger.Core;

/// <summary>What has to be applied before a read is served; nothing in particular by default.</summary>
/// <param name="Batch">Everything up to this batch: the read index.</param>
/// <param name="Entry">Instead, everything up to this entry.</param>
internal readonly record struct ReadPoint(LogIndex Batch, EntryIndex? Entry = null)
{
    /// <param name="applied">The last batch that is applied.</param>
    /// <param name="next">The entry that comes next.</param>
    public bool IsReached(LogIndex applied, EntryIndex next) => Entry is { } entry ? next > entry : Batch <= applied;
}
