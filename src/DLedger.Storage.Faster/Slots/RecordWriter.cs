using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Builds the small records of the store: little endian, strings with a 2-byte length (-1 for none).</summary>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public RecordWriter Int64(long value)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, value);
        _bytes.Write(buffer);
        return this;
    }

    public RecordWriter Text(string? value)
    {
        var bytes = value is null ? [] : Encoding.UTF8.GetBytes(value);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteInt16LittleEndian(length, value is null ? (short)-1 : checked((short)bytes.Length));
        _bytes.Write(length);
        _bytes.Write(bytes);
        return this;
    }

    public RecordWriter Id(Guid value)
    {
        _bytes.Write(value.ToByteArray());
        return this;
    }

    public RecordWriter Tail(Tail tail) => Int64(tail.Index.Value).Int64(tail.Term.Value).Int64(tail.NextEntry.Value).Int64(tail.Time.Microseconds);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
