using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Entries are numbered from 0 without gaps, and a batch holds as many as it says.</summary>
internal sealed class DenseEntries
{
    private EntryIndex _next = EntryIndex.Zero;

    /// <summary>The next batch is known to be committed.</summary>
    public void Committed(Batch batch)
    {
        Invariant.Holds(batch.FirstEntry == _next, $"A gap in the entries: {batch} begins with {batch.FirstEntry} where {_next} is due.");
        var bodies = 0;
        foreach (var _ in batch.Bodies) bodies++;
        Invariant.Holds(bodies == batch.Count, $"A batch of another count: {batch} holds {bodies} entries and says {batch.Count}.");
        _next = batch.Tail.NextEntry;
    }
}
