using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;

namespace DLedger.Core;

/// <summary>
/// Writes the records of disk and wire, little endian. A writer without a target only counts, so that the same code that writes a record also tells
/// its size: the two can never differ. What cannot be written throws <see cref="SerializationException"/>, where it is written.
/// </summary>
internal ref struct RecordWriter
{
    /// <summary>What an id takes.</summary>
    public const int IdBytes = 16;

    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int NameBytesMax = byte.MaxValue;

    /// <summary>Free text is cut here, in characters; it is for people.</summary>
    public const int TextCharsMax = 1024;

    /// <summary>The length of a text that is not there.</summary>
    internal const ushort NoText = ushort.MaxValue;

    private readonly Span<byte> _target;
    private readonly bool _counting;

    private RecordWriter(Span<byte> target, bool counting)
    {
        _target = target;
        _counting = counting;
    }

    /// <summary>Bytes so far.</summary>
    public long Position { get; private set; }

    public static RecordWriter Counting() => new(default, counting: true);

    public static RecordWriter Into(Span<byte> target) => new(target, counting: false);

    /// <summary>A record in an array of just its size: <paramref name="write"/> is called to count, and then to write.</summary>
    public static byte[] ToArray<T>(T record, RecordWriting<T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var counting = Counting();
        write(ref counting, record);
        var bytes = new byte[checked((int)counting.Position)];
        var writer = Into(bytes);
        write(ref writer, record);
        return bytes;
    }

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

    public void Id(Guid value)
    {
        var place = Take(IdBytes);
        if (!_counting) value.TryWriteBytes(place);
    }

    /// <summary>An identifier: at most <see cref="NameBytesMax"/> bytes of UTF-8, never null.</summary>
    public void Name(string value)
    {
        if (value is null) throw new SerializationException("A name in a record is null.");
        var bytes = Encoding.UTF8.GetByteCount(value);
        if (bytes > NameBytesMax) throw new SerializationException($"A name in a record has {bytes} bytes; at most {NameBytesMax} are allowed.");
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

    /// <summary>How many items follow; read with <see cref="RecordReader.Count"/>.</summary>
    public void Count(int value) => I32(value);

    public void Term(Term value) => I64(value.Value);

    public void Index(LogIndex value) => I64(value.Value);

    public void Entry(EntryIndex value) => I64(value.Value);

    public void Time(LogTime value) => I64(value.Microseconds);

    public void Point(LogPoint value)
    {
        Index(value.Index);
        Term(value.Term);
    }

    public void Tail(Tail value)
    {
        Point(value.Point);
        Entry(value.NextEntry);
        Time(value.Time);
    }

    public void Base(LogBase value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Tail(value.Tail);
        Bytes(value.Prefix);
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

        // Only possible when a record is changed after it was counted.
        if (Position > _target.Length) throw new SerializationException("A record was changed while it was being written.");
        return _target.Slice((int)at, bytes);
    }
}
