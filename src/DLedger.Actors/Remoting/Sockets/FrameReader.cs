namespace DLedger.Remoting;

/// <summary>
/// Takes frames out of what a wire brings. A message is allocated as its bytes come; what is attached to it is read only when the message has been
/// found good. Used by one thread.
/// </summary>
/// <param name="wire">Where bytes come from; what moves them is no concern of this.</param>
/// <param name="framing">What a frame looks like.</param>
/// <param name="frameBytesMax">Message and attachment together.</param>
/// <param name="beforeWaiting">Called when the next bytes are not there yet, so that nothing else waits with them.</param>
internal sealed class FrameReader(IWire wire, Framing framing, long frameBytesMax, Action beforeWaiting)
{
    private const int BufferBytes = 64 << 10;

    private readonly ReceiveBuffer _buffer = new(wire, BufferBytes);

    /// <summary>Of the frame that was read last.</summary>
    public FrameHeader Header { get; private set; }

    /// <param name="message">An array of its own; empty if there is none.</param>
    public FrameRead Read(out byte[] message)
    {
        message = [];
        if (_buffer.Available < framing.HeaderBytes) beforeWaiting();
        if (!_buffer.Fill(framing.HeaderBytes)) return FrameRead.Ended;
        Header = framing.ReadHeader(_buffer.Take(framing.HeaderBytes));
        if (!Header.IsPossible) return FrameRead.NoFrame;
        if (Header.Bytes > frameBytesMax) return FrameRead.TooLarge;
        if (_buffer.Available < Header.Bytes) beforeWaiting();
        if (_buffer.TakeArray(Header.MessageBytes, framing.AheadBytesMax) is not { } whole) return FrameRead.Ended;
        message = whole;
        return FrameRead.Message;
    }

    /// <summary>What is attached to the message that was read last, in an array of its own. Null: the other side has ended.</summary>
    public byte[]? ReadAttached() => _buffer.TakeArray(Header.AttachedBytes, framing.AheadBytesMax);
}
