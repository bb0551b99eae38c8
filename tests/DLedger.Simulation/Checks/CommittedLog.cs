using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// The one log that all agree on. Grows by what members claim to be committed; a claim is true if the batch is on the disks of a quorum, and no
/// claim may ever differ from what was claimed before (state machine safety, leader completeness).
/// </summary>
internal sealed class CommittedLog
{
    private readonly SimCluster _cluster;
    private readonly List<Batch> _batches = [];
    private readonly List<Term> _committedBy = [];
    private readonly Dictionary<(string Node, long Incarnation), LogIndex> _checked = [];

    public CommittedLog(SimCluster cluster) => _cluster = cluster;

    public IReadOnlyList<Batch> Batches => _batches;

    public LogIndex Last => new(_batches.Count);

    /// <summary>Entries committed so far.</summary>
    public EntryIndex NextEntry => _batches.Count == 0 ? EntryIndex.Zero : _batches[^1].Tail.NextEntry;

    /// <summary>A member says or shows that all up to here is committed.</summary>
    public void Claim(string node, LogIndex committed)
    {
        var key = (node, _cluster.Node(node).Incarnation);
        var disk = _cluster.Disk(node);
        var from = LogIndex.Max(_checked.GetValueOrDefault(key), disk.BaseOf(LedgerCluster.Group).Index);
        for (var index = from.Next; index <= committed; index = index.Next)
        {
            var batch = disk.BatchAt(LedgerCluster.Group, index);
            Invariant.Holds(batch is not null, $"{node} takes {committed} for committed and has no batch {index}.");
            if (index <= Last)
            {
                var known = _batches[(int)index.Value - 1];
                Invariant.Holds(
                    known.Encoded.Span.SequenceEqual(batch.Encoded.Span),
                    $"{node} takes {batch} for committed where {known} was committed before.");
            }
            else
            {
                Invariant.Holds(index == Last.Next, $"{node} takes {index} for committed, and its log begins above the last one known to be, {Last}.");
                CheckOnQuorum(node, batch);
                _batches.Add(batch);
                // The member's term is that of the leader who committed it, or a later one.
                _committedBy.Add(disk.SavedState(LedgerCluster.Group).Term);
            }
        }

        if (committed > from) _checked[key] = committed;
    }

    /// <summary>
    /// Raft 5.4.3, leader completeness: who leads has everything that was committed in earlier terms. A candidate whose votes were long under way may win its term
    /// after a later leader has committed more, and need not have that: nobody listens to it any longer.
    /// </summary>
    public void CheckLeader(string node, Term term)
    {
        var disk = _cluster.Disk(node);
        for (var i = 0; i < _batches.Count; i++)
        {
            var batch = _batches[i];
            if (_committedBy[i] >= term || batch.Index <= disk.BaseOf(LedgerCluster.Group).Index) continue;
            Invariant.Holds(
                disk.BatchAt(LedgerCluster.Group, batch.Index)?.Point == batch.Point,
                $"{node} leads term {term} without {batch}, which is committed.");
        }
    }

    /// <summary>What an entry holds; null if no such entry is known to be committed.</summary>
    public ReadOnlyMemory<byte>? BodyAt(EntryIndex entry)
    {
        int low = 0, high = _batches.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var batch = _batches[middle];
            if (entry < batch.FirstEntry)
            {
                high = middle - 1;
            }
            else if (entry >= batch.FirstEntry.Plus(batch.Count))
            {
                low = middle + 1;
            }
            else
            {
                var index = batch.FirstEntry;
                foreach (var body in batch.Bodies)
                {
                    if (index == entry) return body;
                    index = index.Plus(1);
                }
            }
        }

        return null;
    }

    /// <summary>The entries in order.</summary>
    public IEnumerable<(EntryIndex Index, ReadOnlyMemory<byte> Body)> Entries()
    {
        foreach (var batch in _batches)
        {
            var index = batch.FirstEntry;
            foreach (var body in batch.Bodies)
            {
                yield return (index, body);
                index = index.Plus(1);
            }
        }
    }

    private void CheckOnQuorum(string node, Batch batch)
    {
        // A wiped node may have held it and acked it. It never votes again (SAFETY 7), so one holder fewer still meets every quorum that can be had.
        var wiped = _cluster.Ids.Count(id => _cluster.Disk(id).IsWiped);
        var holders = _cluster.Ids.Where(id => !_cluster.Disk(id).IsWiped && _cluster.Disk(id).IsFlushed(LedgerCluster.Group, batch.Point)).ToList();
        Invariant.Holds(
            holders.Count + wiped > _cluster.Ids.Count / 2,
            $"{node} takes {batch} for committed, which is on the disks of {string.Join(", ", holders)} only.");
    }
}
