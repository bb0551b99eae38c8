using System.Buffers.Binary;

namespace DLedger.Remoting;

/// <summary>Header, little endian: u32 bytes of the message, u32 attached bytes, 16 bytes id of the attachment (zero if there is none).</summary>
internal sealed class BulkFraming : Framing
{
    public override int HeaderBytes => 4 + 4 + Attachment.IdBytes;

    // A push goes to the log before the next one is read.
    public override int FramesInARow => 1;

    // An ordinary push has room in it.
    public override int AheadBytesMax => 128 << 10;

    public override void WriteHeader(Span<byte> header, int messageBytes, Attachment? attached)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, messageBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], attached?.Bytes ?? 0);
        (attached?.Id ?? Guid.Empty).TryWriteBytes(header[8..]);
    }

    public override FrameHeader ReadHeader(ReadOnlySpan<byte> header) => new(
        BinaryPrimitives.ReadInt32LittleEndian(header),
        BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
        new Guid(header.Slice(8, Attachment.IdBytes)));
}
