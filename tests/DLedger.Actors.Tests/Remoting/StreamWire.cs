using DLedger.Remoting;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>A wire over streams, as an encrypted connection will be: what a stream cannot tell beforehand is whether a write will wait.</summary>
/// <param name="incoming">What the other side sends.</param>
/// <param name="outgoing">What goes there.</param>
internal sealed class StreamWire(Stream incoming, Stream outgoing) : IWire
{
    public int Receive(Span<byte> into) => incoming.Read(into);

    public bool MaySendAtOnce(int bytes) => false;

    public void Send(List<ArraySegment<byte>> segments, bool asked)
    {
        foreach (var segment in segments) outgoing.Write(segment);
        segments.Clear();
    }

    public void End()
    {
        outgoing.Dispose();
        incoming.Dispose();
    }
}
