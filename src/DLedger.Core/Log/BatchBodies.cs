using System.Buffers.Binary;

namespace DLedger.Core;

/// <summary>Walks over the bodies of a checked batch without copying.</summary>
internal struct BatchBodies
{
    private ReadOnlyMemory<byte> _rest;

    internal BatchBodies(ReadOnlyMemory<byte> rest)
    {
        _rest = rest;
        Current = default;
    }

    /// <summary>A slice of the batch; keeps the whole batch alive.</summary>
    public ReadOnlyMemory<byte> Current { get; private set; }

    public readonly BatchBodies GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(_rest.Span);
        Current = _rest.Slice(Batch.EntryOverheadBytes, length);
        _rest = _rest[(Batch.EntryOverheadBytes + length)..];
        return true;
    }
}
