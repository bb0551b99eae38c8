using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>
/// Writes little endian. A writer without a target only counts, so that the same code that writes a message also tells its size:
/// the two can never differ. What cannot be written throws <see cref="SerializationException"/>, at the sender.
/// </summary>
internal ref struct WireWriter
{
    /// <summary>A null text.</summary>
    public const ushort NoText = ushort.MaxValue;

    /// <summary>Free text is cut here, in characters; it is for people.</summary>
    public const int TextCharsMax = 1024;

    private readonly Span<byte> _target;
    private readonly bool _counting;

    private WireWriter(Span<byte> target, bool counting)
    {
        _target = target;
        _counting = counting;
    }

    /// <summary>Bytes so far.</summary>
    public long Position { get; private set; }

    public static WireWriter Counting() => new(default, counting: true);

    public static WireWriter Into(Span<byte> target) => new(target, counting: false);

    public void U8(byte value)
    {
        var place = Take(1);
        if (!_counting) place[0] = value;
    }

    public void Bool(bool value) => U8(value ? (byte)1 : (byte)0);

    public void I32(int value)
    {
        var place = Take(sizeof(int));
        if (!_counting) BinaryPrimitives.WriteInt32LittleEndian(place, value);
    }

    public void I64(long value)
    {
        var place = Take(sizeof(long));
        if (!_counting) BinaryPrimitives.WriteInt64LittleEndian(place, value);
    }

    public void Guid(Guid value)
    {
        var place = Take(16);
        if (!_counting) value.TryWriteBytes(place);
    }

    /// <summary>An identifier: at most 255 bytes of UTF-8, never null.</summary>
    public void Name(string value)
    {
        if (value is null) throw new SerializationException("A name in a DLedger message is null.");
        var bytes = Encoding.UTF8.GetByteCount(value);
        if (bytes > byte.MaxValue) throw new SerializationException($"A name in a DLedger message has {bytes} bytes; at most {byte.MaxValue} are allowed.");
        U8((byte)bytes);
        var place = Take(bytes);
        if (!_counting) Encoding.UTF8.GetBytes(value, place);
    }

    /// <summary>Text for people, or nothing; cut at <see cref="TextCharsMax"/>.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            U16(NoText);
            return;
        }

        var shown = value.AsSpan(0, Math.Min(value.Length, TextCharsMax));
        var bytes = Encoding.UTF8.GetByteCount(shown);
        U16((ushort)bytes);
        var place = Take(bytes);
        if (!_counting) Encoding.UTF8.GetBytes(shown, place);
    }

    /// <summary>A length and the bytes.</summary>
    public void Bytes(ReadOnlyMemory<byte> value)
    {
        I32(value.Length);
        var place = Take(value.Length);
        if (!_counting) value.Span.CopyTo(place);
    }

    public void Point(LogPoint value)
    {
        I64(value.Index.Value);
        I64(value.Term.Value);
    }

    public void Tail(Tail value)
    {
        Point(value.Point);
        I64(value.NextEntry.Value);
    }

    private void U16(ushort value)
    {
        var place = Take(sizeof(ushort));
        if (!_counting) BinaryPrimitives.WriteUInt16LittleEndian(place, value);
    }

    private Span<byte> Take(int bytes)
    {
        var at = Position;
        Position = at + bytes;
        if (_counting) return default;

        // Only possible when the sender changes a message that it has already sent.
        if (Position > _target.Length) throw new SerializationException("A DLedger message was changed while it was being written.");
        return _target.Slice((int)at, bytes);
    }
}
