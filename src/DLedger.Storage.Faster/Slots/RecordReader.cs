using System.Buffers.Binary;
using System.Text;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Reads what <see cref="RecordWriter"/> built. The bytes have passed a CRC; a record that still does not hold together throws <see cref="InvalidDataException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string? Text()
    {
        var length = BinaryPrimitives.ReadInt16LittleEndian(Take(2));
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    /// <summary>Whether everything was read: what later versions add to a record comes last.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public Guid Id() => new(Take(16));

    public Tail Tail() => new(new LogIndex(Int64()), new Term(Int64()), new EntryIndex(Int64()), new LogTime(Int64()));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException("The record is too short.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty) throw new InvalidDataException("The record is too long.");
    }
}
