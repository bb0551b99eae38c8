using System.Buffers.Binary;
using System.Text;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote, and never trusts it: every length and count is held against what is left, so that nothing is ever allocated
/// that the input does not pay for. The first problem sticks; after it every read gives nothing.
/// </summary>
internal ref struct WireReader
{
    /// <summary>Numbers of terms, batches and entries end here, far from where adding to them would overflow.</summary>
    public const long NumberMax = long.MaxValue / 2;

    private ReadOnlyMemory<byte> _rest;

    public WireReader(ReadOnlyMemory<byte> input) => _rest = input;

    /// <summary>Why this is not a message; null while all is well.</summary>
    public string? Problem { get; private set; }

    public readonly int Left => _rest.Length;

    public byte U8()
    {
        var bytes = Take(1);
        return bytes.IsEmpty ? (byte)0 : bytes.Span[0];
    }

    public bool Bool()
    {
        var value = U8();
        if (value > 1) Refuse("a flag that is neither 0 nor 1");
        return value == 1;
    }

    public int I32()
    {
        var bytes = Take(sizeof(int));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
    }

    public long I64()
    {
        var bytes = Take(sizeof(long));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
    }

    public Guid Guid()
    {
        var bytes = Take(16);
        return bytes.IsEmpty ? default : new Guid(bytes.Span);
    }

    public string Name() => Utf8(U8());

    public string? Text()
    {
        var bytes = Take(sizeof(ushort));
        if (bytes.IsEmpty) return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span);
        return length == WireWriter.NoText ? null : Utf8(length);
    }

    /// <summary>A text that may not be missing.</summary>
    public string NeededText()
    {
        var text = Text();
        if (text is null) Refuse("a text is missing");
        return text ?? "";
    }

    /// <summary>A slice of the input, not a copy.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        var length = I32();
        if (length < 0)
        {
            Refuse("a negative length");
            return default;
        }

        return Take(length);
    }

    /// <summary>How many items follow, each of at least <paramref name="itemBytesMin"/>.</summary>
    public int Count(int itemBytesMin)
    {
        var count = I32();
        if (count >= 0 && count <= _rest.Length / itemBytesMin) return count;
        Refuse("a count that the input cannot hold");
        return 0;
    }

    /// <summary>A term up to <see cref="Core.Term.Max"/>: what is read may be saved, and what is saved is counted on from.</summary>
    public Term Term()
    {
        var value = Number();
        if (value <= Core.Term.Max.Value) return new Term(value);
        Refuse("a term out of range");
        return Core.Term.None;
    }

    public LogIndex Index() => new(Number());

    public LogPoint Point() => new(Index(), Term());

    public Tail Tail() => new(Index(), Term(), new EntryIndex(Number()));

    /// <summary>A number from 0 to <see cref="NumberMax"/>.</summary>
    public long Number()
    {
        var value = I64();
        if (value is >= 0 and <= NumberMax) return value;
        Refuse("a number out of range");
        return 0;
    }

    /// <summary>A value of an enum whose numbers run from <paramref name="first"/> to <paramref name="last"/>.</summary>
    public int Choice(int first, int last)
    {
        int value = U8();
        if (value >= first && value <= last) return value;
        Refuse("an unknown choice");
        return first;
    }

    public void Refuse(string problem) => Problem ??= problem;

    private string Utf8(int length)
    {
        var bytes = Take(length);
        if (bytes.IsEmpty) return "";
        if (System.Text.Unicode.Utf8.IsValid(bytes.Span)) return Encoding.UTF8.GetString(bytes.Span);
        Refuse("a text that is not UTF-8");
        return "";
    }

    private ReadOnlyMemory<byte> Take(int bytes)
    {
        if (Problem is not null) return default;
        if (bytes > _rest.Length)
        {
            Refuse("it ends early");
            return default;
        }

        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
