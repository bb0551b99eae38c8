using System.Buffers.Binary;
using System.Text;

namespace DLedger.Core;

/// <summary>
/// Reads what <see cref="RecordWriter"/> wrote, from a disk or a wire, and never trusts it: every length and count is held against what is left, so
/// that nothing is ever allocated that the input does not pay for. The first problem sticks; after it every read gives nothing. Never throws.
/// </summary>
internal ref struct RecordReader
{
    /// <summary>Numbers of terms, batches and entries end here, far from where adding to them would overflow.</summary>
    public const long NumberMax = long.MaxValue / 2;

    private readonly ReadOnlyMemory<byte> _input;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    public RecordReader(ReadOnlyMemory<byte> input)
    {
        _input = input;
        _bytes = input.Span;
    }

    /// <summary>Why this is not the record that it should be; null while all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Bytes that were not read yet.</summary>
    public readonly int Left => _bytes.Length - _at;

    /// <summary>A record ends where its bytes do.</summary>
    public void End()
    {
        if (Left > 0) Refuse("it goes on behind its end");
    }

    /// <summary>Whoever reads may know better: the bytes are in order, what they say is not.</summary>
    public void Refuse(string problem) => Problem ??= problem;

    public byte U8() => TryTake(1, out var bytes) ? bytes[0] : (byte)0;

    public bool Bool()
    {
        var value = U8();
        if (value > 1) Refuse("a flag that is neither 0 nor 1");
        return value == 1;
    }

    public int I32() => TryTake(sizeof(int), out var bytes) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long I64() => TryTake(sizeof(long), out var bytes) ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public Guid Id() => TryTake(RecordWriter.IdBytes, out var bytes) ? new Guid(bytes) : default;

    /// <summary>An identifier; empty if that is what was written.</summary>
    public string Name() => Utf8(U8());

    /// <summary>Text for people, or nothing.</summary>
    public string? Text()
    {
        if (!TryTake(sizeof(ushort), out var bytes)) return null;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        return length == RecordWriter.NoText ? null : Utf8(length);
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
        if (length < 0) Refuse("a negative length");
        var from = _at;
        return TryTake(length, out _) ? _input.Slice(from, length) : default;
    }

    /// <summary>How many items follow, each of at least <paramref name="itemBytesMin"/>.</summary>
    public int Count(int itemBytesMin)
    {
        var count = I32();
        if (count >= 0 && count <= Left / itemBytesMin) return count;
        Refuse("a count that the input cannot hold");
        return 0;
    }

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

    /// <summary>A term up to <see cref="Core.Term.Max"/>: what is read may be saved, and what is saved is counted on from.</summary>
    public Term Term()
    {
        var value = Number();
        if (value <= Core.Term.Max.Value) return new Term(value);
        Refuse("a term out of range");
        return Core.Term.None;
    }

    public LogIndex Index() => new(Number());

    public EntryIndex Entry() => new(Number());

    public LogTime Time()
    {
        var value = Number();
        if (value <= LogTime.Max.Microseconds) return new LogTime(value);
        Refuse("a log time out of range");
        return LogTime.Zero;
    }

    public LogPoint Point() => new(Index(), Term());

    public Tail Tail() => new(Index(), Term(), Entry(), Time());

    /// <summary>Its prefix is a slice of the input.</summary>
    public LogBase Base()
    {
        var tail = Tail();
        var prefix = Bytes();
        if (prefix.Length <= LogBase.PrefixBytesMax) return new LogBase(tail, prefix);
        Refuse("a prefix that is too long");
        return LogBase.Empty;
    }

    private string Utf8(int length)
    {
        if (!TryTake(length, out var bytes)) return "";
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        Refuse("a text that is not UTF-8");
        return "";
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (Problem is not null) return false;
        if (count > Left)
        {
            Refuse("it ends early");
            return false;
        }

        bytes = _bytes.Slice(_at, count);
        _at += count;
        return true;
    }
}
