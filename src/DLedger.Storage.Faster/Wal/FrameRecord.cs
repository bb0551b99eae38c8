using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>Lets FASTER have a frame written straight into its memory: one copy of the batch, no allocation.</summary>
internal readonly struct FrameRecord(Frame frame, ReadOnlyMemory<byte> payload) : ILogEnqueueEntry
{
    public int SerializedLength => Frame.EnvelopeBytes + payload.Length;

    public void SerializeTo(Span<byte> dest)
    {
        frame.Encode(dest);
        payload.Span.CopyTo(dest[Frame.EnvelopeBytes..]);
    }
}
