using System.Runtime.InteropServices;

namespace DLedger.Storage.Faster;

/// <summary>
/// Where batches are: one point every 64 KiB or so. A point is valid up to the next point's log index; a supersede drops the points at and above it
/// and sets one of its own, so that between two points the frames follow each other without gaps (SAFETY 22). Log index and address both grow from
/// point to point.
/// </summary>
/// <remarks>Kept in blocks, so that growing never copies and at most one block is unused: 32 bytes per point. Not thread-safe.</remarks>
internal sealed class SparseIndex
{
    private const int BlockBits = 10;
    private const int BlockPoints = 1 << BlockBits;

    private readonly List<IndexPoint[]> _blocks = [];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public IndexPoint this[int position] => At(_start + position);

    public void Add(IndexPoint point)
    {
        if (_end == _blocks.Count << BlockBits) _blocks.Add(new IndexPoint[BlockPoints]);
        _blocks[_end >> BlockBits][_end & (BlockPoints - 1)] = point;
        _end++;
    }

    /// <summary>Drops every point at or above a log index.</summary>
    public void DropFrom(long logIndex) => Shrink(_start + FirstWhere(point => point.LogIndex >= logIndex));

    /// <summary>Drops every point below a log index.</summary>
    public void DropBelow(long logIndex)
    {
        _start += FirstWhere(point => point.LogIndex >= logIndex);
        var blocks = _start >> BlockBits;
        if (blocks == 0) return;
        _blocks.RemoveRange(0, blocks);
        _start -= blocks << BlockBits;
        _end -= blocks << BlockBits;
    }

    public void Clear()
    {
        _blocks.Clear();
        _start = _end = 0;
    }

    /// <summary>The position of the last point at or below a log index; -1 if there is none.</summary>
    public int LastAtOrBelow(long logIndex) => FirstWhere(point => point.LogIndex > logIndex) - 1;

    /// <summary>The position of the last point whose first entry is at or below; -1 if there is none.</summary>
    public int LastByEntry(long entry) => FirstWhere(point => point.FirstEntry > entry) - 1;

    /// <summary>The position of the first point at or above an address; <see cref="Count"/> if there is none.</summary>
    public int FirstAtOrAboveAddress(long address) => FirstWhere(point => point.Address >= address);

    /// <summary>
    /// What it holds now, to be read on another thread while this one goes on. Shares the full blocks, which are never written again
    /// (<see cref="Shrink"/>), and copies the last one.
    /// </summary>
    public SparseIndex Snapshot()
    {
        var snapshot = new SparseIndex { _start = _start, _end = _end };
        snapshot._blocks.AddRange(_blocks);
        snapshot.OwnLastBlock();
        return snapshot;
    }

    public IEnumerable<IndexPoint> All()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    private IndexPoint At(int absolute) => _blocks[absolute >> BlockBits][absolute & (BlockPoints - 1)];

    private void Shrink(int end)
    {
        if (end == _end) return;
        _end = end;
        var keep = (_end + BlockPoints - 1) >> BlockBits;
        if (keep < _blocks.Count) CollectionsMarshal.SetCount(_blocks, keep);
        OwnLastBlock();
    }

    /// <summary>A block that points will be added to must not be one that a snapshot shares.</summary>
    private void OwnLastBlock()
    {
        if (_blocks.Count > 0) _blocks[^1] = (IndexPoint[])_blocks[^1].Clone();
    }

    /// <summary>The first position from which on the condition holds, which must hold for all after it.</summary>
    private int FirstWhere(Func<IndexPoint, bool> holds)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (holds(this[middle])) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
