using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// What the frames of one group add up to: base, tail, terms and the sparse index. The same steps at recovery and in life, in the order of addresses
/// (SAFETY 22). Not thread-safe.
/// </summary>
internal sealed class GroupState
{
    /// <summary>How far apart points of the index are.</summary>
    private const long PointEveryBytes = 64 * 1024;

    private readonly WalGeometry _geometry;
    private bool _pointDue;

    public GroupState(WalGeometry geometry, GroupBase beginning)
        : this(geometry, beginning, beginning.Log.Tail, new TermTable(beginning.Log.Point), new SparseIndex(), pointDue: true, folded: null)
    {
    }

    public GroupState(WalGeometry geometry, GroupBase beginning, Tail tail, TermTable terms, SparseIndex index, bool pointDue, LogBase? folded)
    {
        _geometry = geometry;
        Beginning = beginning;
        Tail = tail;
        Terms = terms;
        Index = index;
        _pointDue = pointDue;
        Folded = folded;
    }

    /// <summary>The base, and where the log is read from.</summary>
    public GroupBase Beginning { get; private set; }

    public LogBase Base => Beginning.Log;

    public Tail Tail { get; private set; }

    public TermTable Terms { get; }

    public SparseIndex Index { get; }

    /// <summary>The owner's newest checkpoint, as long as what it is of is in the log.</summary>
    public LogBase? Folded { get; private set; }

    /// <summary>Whether the next batch must get a point, because frames that are no longer live lie before it.</summary>
    public bool PointDue => _pointDue;

    /// <summary>Counts whatever makes an earlier look at this state worthless: supersedes, truncations, resets, moves of the base.</summary>
    public long Version { get; private set; }

    /// <summary>Why a batch cannot be the next one of this log; null if it can.</summary>
    public string? Refusal(Batch batch)
    {
        if (batch.Index <= Base.Index || batch.Index > Tail.Index.Next)
            return $"batch {batch.Index} does not follow a log from {Base.Tail} to {Tail}";
        if (Terms.TermAt(batch.Index.Previous) != batch.PreviousTerm)
            return $"batch {batch.Point} does not follow a batch of term {batch.PreviousTerm}";
        if (batch.Index == Tail.Index.Next && !batch.Follows(Tail))
            return $"batch {batch.Point} with entry {batch.FirstEntry} at {batch.Time} does not follow {Tail} at {Tail.Time}";
        return null;
    }

    public void Append(Batch batch, long address)
    {
        var before = TimeBefore(batch);
        if (batch.Index <= Tail.Index)
        {
            Terms.TruncateAfter(batch.Index.Previous);
            Index.DropFrom(batch.Index.Value);
            Changed();
        }

        Terms.Append(batch.Point);
        if (_pointDue || Index.Count == 0 || IsFarFrom(Index[Index.Count - 1].Address, address))
            Index.Add(new IndexPoint(batch.Index.Value, batch.FirstEntry.Value, address, before));
        _pointDue = false;
        Tail = batch.Tail;
    }

    public void Truncate(Tail kept)
    {
        Terms.TruncateAfter(kept.Index);
        Index.DropFrom(kept.Index.Value + 1);
        Changed();
        Tail = kept;
    }

    public void Reset(LogBase newBase, long address)
    {
        Terms.Reset(newBase.Point);
        Index.Clear();
        Beginning = Beginning with { Log = newBase, Address = address };
        Changed();
        Tail = newBase.Tail;
    }

    /// <summary>Moves the base up to just before a point of the index.</summary>
    public void MoveBase(GroupBase beginning)
    {
        Terms.DropUpTo(beginning.Log.Point);
        Index.DropBelow(beginning.Log.Index.Value + 1);
        Version++;
        Beginning = beginning;
        ForgetFolded();
    }

    /// <summary>The owner's checkpoint as of the tail.</summary>
    public void Fold(LogBase asOf)
    {
        Invariant.Holds(asOf.Tail == Tail, $"A checkpoint is of the log's tail, {Tail}, not of {asOf}.");
        Folded = asOf;
    }

    /// <summary>
    /// The first point of the index at or behind an address at which the log can begin: below another address, and with no batch before it that has
    /// to stay. Null if there is none.
    /// </summary>
    public IndexPoint? BeginningBetween(long from, long below, LogIndex committed)
    {
        for (var position = Index.FirstAtOrAboveAddress(from); position < Index.Count; position++)
        {
            var point = Index[position];
            // The base is the batch before the point, and the last committed batch stays.
            if (point.LogIndex > committed.Value || point.Address >= below) return null;
            if (point.TimeBefore != IndexPoint.NoTime && point.LogIndex - 1 > Base.Index.Value) return point;
        }

        return null;
    }

    /// <summary>The point of the index at which a log begins that has this tail before it; null if there is none.</summary>
    public IndexPoint? BeginningBehind(Tail before)
    {
        var position = Index.LastAtOrBelow(before.Index.Value + 1);
        if (position < 0 || before.Index <= Base.Index) return null;
        var point = Index[position];
        return point.LogIndex == before.Index.Value + 1 && TailBefore(point) == before ? point : null;
    }

    /// <summary>The tail of a log that ends just before a point of the index.</summary>
    public Tail TailBefore(IndexPoint point)
    {
        var before = new LogIndex(point.LogIndex - 1);
        return new Tail(before, Terms.TermAt(before)!.Value, new EntryIndex(point.FirstEntry), new LogTime(point.TimeBefore));
    }

    /// <summary>Something is no longer live: frames before the next one, and perhaps what the owner's checkpoint is of.</summary>
    private void Changed()
    {
        _pointDue = true;
        Version++;
        ForgetFolded();
    }

    private void ForgetFolded()
    {
        if (Folded is { } folded && (folded.Index < Base.Index || !Terms.Contains(folded.Point))) Folded = null;
    }

    private long TimeBefore(Batch batch)
    {
        if (batch.Index == Tail.Index.Next) return Tail.Time.Microseconds;
        return batch.Index == Base.Index.Next ? Base.Tail.Time.Microseconds : IndexPoint.NoTime;
    }

    /// <summary>Also at each new segment, so that the log can begin there.</summary>
    private bool IsFarFrom(long point, long address) =>
        address - point >= PointEveryBytes || _geometry.SegmentOf(point) != _geometry.SegmentOf(address);
}
