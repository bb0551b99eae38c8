using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// What the frames of one group add up to: base, tail, terms and the sparse index. The same steps at recovery and in life, in the order of addresses (SAFETY 22).
/// Not thread-safe.
/// </summary>
internal sealed class GroupState
{
    /// <summary>How far apart points of the index are.</summary>
    private const long PointEveryBytes = 64 * 1024;

    private readonly WalGeometry _geometry;
    private bool _pointDue;

    public GroupState(WalGeometry geometry, Tail start, long baseAddress)
        : this(geometry, start, start, new TermTable(start.Point), new SparseIndex(), baseAddress, pointDue: true)
    {
    }

    public GroupState(WalGeometry geometry, Tail logBase, Tail tail, TermTable terms, SparseIndex index, long baseAddress, bool pointDue)
    {
        _geometry = geometry;
        Base = logBase;
        Tail = tail;
        Terms = terms;
        Index = index;
        BaseAddress = baseAddress;
        _pointDue = pointDue;
    }

    public Tail Base { get; private set; }

    public Tail Tail { get; private set; }

    public TermTable Terms { get; }

    public SparseIndex Index { get; }

    /// <summary>The frame from which the whole log can be read: the first batch's, or that of the reset that made the base.</summary>
    public long BaseAddress { get; private set; }

    /// <summary>Whether the next batch must get a point, because frames that are no longer live lie before it.</summary>
    public bool PointDue => _pointDue;

    /// <summary>Counts whatever makes an earlier look at this state worthless: supersedes, truncations, resets, retention.</summary>
    public long Version { get; private set; }

    /// <summary>Why a batch cannot be the next one of this log; null if it can.</summary>
    public string? Refusal(Batch batch)
    {
        if (batch.Index <= Base.Index || batch.Index > Tail.Index.Next) return $"batch {batch.Index} does not follow a log from {Base} to {Tail}";
        if (Terms.TermAt(batch.Index.Previous) != batch.PreviousTerm) return $"batch {batch.Point} does not follow a batch of term {batch.PreviousTerm}";
        if (batch.Index == Tail.Index.Next && !batch.Follows(Tail)) return $"batch {batch.Point} with entry {batch.FirstEntry} at {batch.Time} does not follow {Tail} at {Tail.Time}";
        return null;
    }

    public void Append(Batch batch, long address)
    {
        var before = TimeBefore(batch);
        if (batch.Index <= Tail.Index)
        {
            Terms.TruncateAfter(batch.Index.Previous);
            Index.DropFrom(batch.Index.Value);
            _pointDue = true;
            Version++;
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
        _pointDue = true;
        Version++;
        Tail = kept;
    }

    public void Reset(Tail newBase, long address)
    {
        Terms.Reset(newBase.Point);
        Index.Clear();
        _pointDue = true;
        Version++;
        Base = Tail = newBase;
        BaseAddress = address;
    }

    /// <summary>Moves the base up to just before a point of the index (retention).</summary>
    public void MoveBase(Tail newBase, long baseAddress)
    {
        Terms.DropUpTo(newBase.Point);
        Index.DropBelow(newBase.Index.Value + 1);
        Version++;
        Base = newBase;
        BaseAddress = baseAddress;
    }

    private long TimeBefore(Batch batch)
    {
        if (batch.Index == Tail.Index.Next) return Tail.Time.Microseconds;
        return batch.Index == Base.Index.Next ? Base.Time.Microseconds : IndexPoint.NoTime;
    }

    /// <summary>Also at each new segment, so that retention can begin the log there.</summary>
    private bool IsFarFrom(long point, long address) => address - point >= PointEveryBytes || _geometry.SegmentOf(point) != _geometry.SegmentOf(address);
}
