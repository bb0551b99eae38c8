using System.Buffers.Binary;

namespace DLedger.Remoting;

/// <summary>
/// Walks over a message of protocol buffers without copying it. Never throws: what cannot be read makes it <see cref="IsDamaged"/>, and ends the
/// walk.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int VarintBytesMax = 10;

    private ReadOnlySpan<byte> _rest = message;
    private int _wireType;

    public bool IsDamaged { get; private set; }

    /// <summary>The number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    public readonly bool IsBytes => _wireType == 2;

    public readonly bool IsVarint => _wireType == 0;

    public readonly bool IsFixed64 => _wireType == 1;

    /// <summary>Goes to the next field, which must be read or skipped. False at the end.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || IsDamaged) return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        _wireType = (int)(tag & 7);
        if (tag > uint.MaxValue || Field == 0) IsDamaged = true;
        return !IsDamaged;
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < VarintBytesMax && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] >= 0x80) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }

        IsDamaged = true;
        return 0;
    }

    public ulong Fixed64()
    {
        var bytes = Take(sizeof(ulong));
        return IsDamaged ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (length <= int.MaxValue) return Take((int)length);
        IsDamaged = true;
        return default;
    }

    public void Skip()
    {
        switch (_wireType)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                // Groups, which Akka never writes.
                IsDamaged = true;
                break;
        }
    }

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (IsDamaged || bytes > _rest.Length)
        {
            IsDamaged = true;
            return default;
        }

        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
