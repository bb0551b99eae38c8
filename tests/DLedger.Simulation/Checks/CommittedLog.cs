using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// The one log that all agree on. Grows by what members claim to be committed; a claim is true if the batch is on the disks of a quorum, and no
/// claim may ever differ from what was claimed before (state machine safety, leader completeness).
/// </summary>
internal sealed class CommittedLog
{
    private readonly SimCluster _cluster;
    private readonly LeaderOfTerm _leaders;
    private readonly List<Batch> _batches = [];
    private readonly List<Term> _committedBy = [];
    private readonly Dictionary<(string Node, long Incarnation), LogIndex> _checked = [];

    public CommittedLog(SimCluster cluster, LeaderOfTerm leaders)
    {
        _cluster = cluster;
        _leaders = leaders;
    }

    /// <summary>Sees each batch as it is first known to be committed, in order.</summary>
    public Action<Batch>? OnCommitted { get; set; }

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
        if (committed > Last) CheckOwnTerm(node, disk, committed);
        for (var index = from.Next; index <= committed; index = index.Next)
        {
            var batch = disk.BatchAt(LedgerCluster.Group, index);
            Invariant.Holds(batch is not null, $"A commit of what is not there: {node} takes {committed} for committed and has no batch {index}.");
            if (index <= Last)
            {
                var known = _batches[(int)index.Value - 1];
                Invariant.Holds(
                    ReferenceEquals(known, batch) || known.Encoded.Span.SequenceEqual(batch.Encoded.Span),
                    $"A committed batch changed: {node} takes {batch} for committed where {known} was committed before.");
            }
            else
            {
                Invariant.Holds(
                    index == Last.Next,
                    $"A log that begins above what is committed: {node} takes {index} for committed, and the last one known to be is {Last}.");
                Invariant.Holds(
                    IsOnQuorum(batch),
                    $"A commit without a quorum: {node} takes {batch} for committed, which is on the disks of "
                    + $"{string.Join(", ", HoldersOf(batch))} only.");
                _batches.Add(batch);
                // The member's term is that of the leader who committed it, or a later one.
                _committedBy.Add(disk.SavedState(LedgerCluster.Group).Term);
                OnCommitted?.Invoke(batch);
            }
        }

        if (committed > from) _checked[key] = committed;
    }

    /// <summary>
    /// Raft 5.4.3, leader completeness: who leads has everything that was committed in earlier terms. A candidate whose votes were long under way may
    /// win its term after a later leader has committed more, and need not have that: nobody listens to it any longer.
    /// </summary>
    public void CheckLeader(string node, Term term)
    {
        var disk = _cluster.Disk(node);
        for (var i = _batches.Count - 1; i >= 0; i--)
        {
            var batch = _batches[i];
            if (_committedBy[i] >= term) continue;
            if (batch.Index <= disk.BaseOf(LedgerCluster.Group).Index) return;
            Invariant.Holds(
                disk.BatchAt(LedgerCluster.Group, batch.Index)?.Point == batch.Point,
                $"A leader without what is committed: {node} leads term {term} and lacks {batch}.");
            // Whoever has this one has all before it: log matching.
            return;
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

    private void CheckOwnTerm(string node, SimDisk disk, LogIndex committed) => OwnTermCommits.Check(disk, node, committed, _leaders, IsOnQuorum);

    private bool IsOnQuorum(Batch batch)
    {
        // A wiped node may have held it and acked it before. It never votes again (SAFETY 7), so one holder fewer still meets every quorum that can
        // be had. What it holds now does not count.
        var holders = 0;
        foreach (var id in _cluster.Ids)
        {
            var disk = _cluster.Disk(id);
            if (disk.IsWiped ? disk.HadBeforeWipe(LedgerCluster.Group, batch.Point) : disk.IsFlushed(LedgerCluster.Group, batch.Point)) holders++;
        }

        return holders > _cluster.Members / 2;
    }

    private IEnumerable<string> HoldersOf(Batch batch) =>
        _cluster.Ids.Where(id => !_cluster.Disk(id).IsWiped && _cluster.Disk(id).IsFlushed(LedgerCluster.Group, batch.Point));
}
