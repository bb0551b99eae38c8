using System.Buffers.Binary;

namespace DLedger.Remoting;

/// <summary>
/// Header, little endian: u32 bytes of the message, u32 attached bytes. The message says what is attached to it (<see cref="PushCodec"/>).
/// </summary>
internal sealed class BulkFraming : Framing
{
    public override int HeaderBytes => 4 + 4;

    public override bool CarriesAttachments => true;

    // A push goes to the log before the next one is read.
    public override int FramesInARow => 1;

    // An ordinary push has room in it.
    public override int AheadBytesMax => 128 << 10;

    public override void WriteHeader(Span<byte> header, int messageBytes, int attachedBytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, messageBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], attachedBytes);
    }

    public override FrameHeader ReadHeader(ReadOnlySpan<byte> header) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(header), BinaryPrimitives.ReadInt32LittleEndian(header[4..]));
}
