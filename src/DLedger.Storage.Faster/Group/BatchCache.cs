using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The newest batches of a group, without a gap up to its tail: everything that is not yet flushed, and beyond that as much as fits. A ring by log
/// index. Not thread-safe.
/// </summary>
internal sealed class BatchCache(long bytesMax)
{
    private (Batch Batch, long EndsAt)[] _ring = new (Batch, long)[64];
    private long _first;
    private int _count;
    private long _bytes;

    public bool IsEmpty => _count == 0;

    /// <summary>The lowest log index held; meaningless when empty.</summary>
    public LogIndex First => new(_first);

    public void Add(Batch batch, long endsAt, long flushedTo)
    {
        if (_count == 0) _first = batch.Index.Value;
        Invariant.Holds(batch.Index.Value == _first + _count, $"Batch {batch.Index} does not follow the cached ones up to {_first + _count - 1}.");
        if (_count == _ring.Length) Grow();
        _ring[Slot(batch.Index.Value)] = (batch, endsAt);
        _count++;
        _bytes += batch.Encoded.Length;
        Evict(flushedTo);
    }

    public bool TryGet(LogIndex index, out Batch batch)
    {
        var held = _count > 0 && index.Value >= _first && index.Value < _first + _count;
        batch = held ? _ring[Slot(index.Value)].Batch : null!;
        return held;
    }

    /// <summary>The cached batch that holds an entry; null if it is in none of them.</summary>
    public Batch? Find(EntryIndex entry)
    {
        long low = _first, high = _first + _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var batch = _ring[Slot(middle)].Batch;
            if (batch.Tail.NextEntry > entry) high = middle;
            else low = middle + 1;
        }

        return low < _first + _count && _ring[Slot(low)].Batch.FirstEntry <= entry ? _ring[Slot(low)].Batch : null;
    }

    /// <summary>Forgets a batch and all after it (supersede, truncate).</summary>
    public void DropFrom(LogIndex index)
    {
        while (_count > 0 && _first + _count - 1 >= index.Value) Remove(_first + --_count);
    }

    /// <summary>Forgets a batch and all before it (retention).</summary>
    public void DropUpTo(LogIndex index)
    {
        while (_count > 0 && _first <= index.Value) RemoveFirst();
    }

    public void Clear() => DropFrom(LogIndex.None);

    /// <summary>Forgets the oldest ones beyond the limit that are on disk.</summary>
    public void Evict(long flushedTo)
    {
        while (_count > 0 && _bytes > bytesMax && _ring[Slot(_first)].EndsAt <= flushedTo) RemoveFirst();
    }

    private void RemoveFirst()
    {
        Remove(_first++);
        _count--;
    }

    private void Remove(long index)
    {
        ref var slot = ref _ring[Slot(index)];
        _bytes -= slot.Batch.Encoded.Length;
        slot = default;
    }

    private int Slot(long index) => (int)(index & (_ring.Length - 1));

    private void Grow()
    {
        var larger = new (Batch, long)[_ring.Length * 2];
        for (var i = _first; i < _first + _count; i++) larger[(int)(i & (larger.Length - 1))] = _ring[Slot(i)];
        _ring = larger;
    }
}
