using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The local envelope around a batch or a control record; one frame is one FASTER record (SAFETY 20). It is what tells a torn tail from damage and
/// from leftovers of an earlier life of the same bytes.
/// </summary>
/// <remarks>
/// Layout behind FASTER's 4-byte length, little endian:
/// <code>
///  0 u24 magic "DLF"   3 u8 version (high 4 bits) and kind (low 4 bits)   4 i32 payload bytes
///  8 i64 own address  16 i64 sequence  24 i64 flushed to  32 u32 incarnation  36 u32 group
/// 40 u32 payload CRC  44 u32 CRC32C of bytes 0..43         48 payload
/// </code>
/// The payload's CRC is inside what the envelope's own CRC covers: a new envelope can never be taken together with an old batch of equal length.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Frame(
    FrameKind Kind, int PayloadBytes, long Address, long Sequence, long FlushedTo, uint Incarnation, uint Group, uint PayloadCrc)
{
    /// <summary>The length word that FASTER puts before each record.</summary>
    public const int FasterHeaderBytes = 4;

    public const int EnvelopeBytes = 48;

    public const int OverheadBytes = FasterHeaderBytes + EnvelopeBytes;

    /// <summary>Payload of Truncate: the tail that is kept.</summary>
    public const int TailBytes = 32;

    /// <summary>What the payload of Reset, a base, has besides its prefix.</summary>
    public const int BaseOverheadBytes = TailBytes + sizeof(int);

    private const uint Magic = 0x00464C44; // "DLF" in memory order
    private const int Version = 2;
    private const int CrcOffset = 44;

    /// <summary>What an intact frame starts with, behind FASTER's length: for searching.</summary>
    public static ReadOnlySpan<byte> MagicBytes => "DLF"u8;

    /// <summary>The first byte behind this frame, as FASTER aligns it.</summary>
    public long EndsAt => Address + SizeOf(PayloadBytes);

    /// <summary>What a frame takes in the log.</summary>
    public static int SizeOf(int payloadBytes) => OverheadBytes + ((payloadBytes + 3) & ~3);

    /// <summary>Writes the envelope; the payload goes behind it.</summary>
    public void Encode(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, Magic | ((uint)((Version << 4) | (int)Kind) << 24));
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], Address);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], FlushedTo);
        BinaryPrimitives.WriteUInt32LittleEndian(target[32..], Incarnation);
        BinaryPrimitives.WriteUInt32LittleEndian(target[36..], Group);
        BinaryPrimitives.WriteUInt32LittleEndian(target[40..], PayloadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(target[CrcOffset..], Crc32C.Of(target[..CrcOffset]));
    }

    /// <summary>Takes the envelope that starts here, if it is intact and says that it stands at <paramref name="address"/>. Never throws.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, long address, out Frame frame)
    {
        frame = default;
        if (bytes.Length < EnvelopeBytes) return false;
        var head = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((head & 0x00FFFFFF) != Magic || head >> 28 != Version) return false;
        if (BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]) != address) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) != Crc32C.Of(bytes[..CrcOffset])) return false;
        frame = new Frame(
            (FrameKind)((head >> 24) & 0x0F),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            address,
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]));
        return frame.IsPlausible;
    }

    /// <summary>
    /// Takes the whole frame at the start of <paramref name="record"/> (FASTER's length first), which must not reach beyond it. Checks everything
    /// but the batch itself, whose own CRC the caller checks by decoding it.
    /// </summary>
    public static bool TryDecodeRecord(ReadOnlySpan<byte> record, long address, out Frame frame)
    {
        frame = default;
        if (record.Length < OverheadBytes) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(record);
        if (length < EnvelopeBytes || length > record.Length - FasterHeaderBytes) return false;
        if (!TryDecode(record[FasterHeaderBytes..], address, out var candidate)) return false;
        if (candidate.PayloadBytes != length - EnvelopeBytes) return false;
        var payload = record.Slice(OverheadBytes, candidate.PayloadBytes);
        var payloadCrc = candidate.Kind == FrameKind.Batch ? Batch.PeekChecksum(payload) : Crc32C.Of(payload);
        if (payloadCrc != candidate.PayloadCrc) return false;
        frame = candidate;
        return true;
    }

    private bool IsPlausible => Sequence > 0 && FlushedTo >= 0 && FlushedTo <= Address && Kind switch
    {
        FrameKind.Batch => PayloadBytes >= Batch.HeaderBytes,
        FrameKind.Mark => PayloadBytes == 0,
        FrameKind.Truncate => PayloadBytes == TailBytes,
        FrameKind.Reset => PayloadBytes is >= BaseOverheadBytes and <= BaseOverheadBytes + LogBase.PrefixBytesMax,
        _ => false,
    };
}
