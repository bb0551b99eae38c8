using System.Buffers.Binary;

namespace DLedger.Remoting;

/// <summary>As Akka's own TCP transport has it, so that it can stand at the other end: u32 bytes of the message, little endian.</summary>
internal sealed class ControlFraming : Framing
{
    public override int HeaderBytes => sizeof(int);

    public override bool CarriesAttachments => false;

    public override int FramesInARow => 16;

    public override int AheadBytesMax => 64 << 10;

    public override void WriteHeader(Span<byte> header, int messageBytes, int attachedBytes) =>
        BinaryPrimitives.WriteInt32LittleEndian(header, messageBytes);

    public override FrameHeader ReadHeader(ReadOnlySpan<byte> header) => new(BinaryPrimitives.ReadInt32LittleEndian(header), AttachedBytes: 0);
}
