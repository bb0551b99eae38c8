using System.Runtime.InteropServices;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>Puts frames together for one gathering write, without a copy of anything. Used by one thread at a time.</summary>
/// <param name="wire">Where frames go; what moves their bytes is no concern of this.</param>
/// <param name="framing">What a frame looks like.</param>
internal sealed class FrameWriter(IWire wire, Framing framing)
{
    /// <summary>Frames for one write.</summary>
    public const int FramesMax = 16;

    private readonly byte[] _headers = new byte[framing.HeaderBytes * FramesMax];
    private readonly List<ArraySegment<byte>> _segments = [];
    private int _frames;

    public bool IsFull => _frames == FramesMax;

    public void Add(ByteString message, Attachment attachment)
    {
        var header = new ArraySegment<byte>(_headers, _frames++ * framing.HeaderBytes, framing.HeaderBytes);
        framing.WriteHeader(header, message.Length, attachment.Bytes);
        _segments.Add(header);
        _segments.Add(SegmentOf(message.Memory));
        if (attachment.Batches is not { } batches) return;
        for (var i = 0; i < batches.Count; i++) _segments.Add(SegmentOf(batches[i].Encoded));
    }

    /// <summary>Sends all that was added, and waits if it must. Nothing is left, whatever comes of it.</summary>
    /// <param name="asked">Whether <see cref="IWire.MaySendAtOnce"/> was asked before.</param>
    public void Send(bool asked)
    {
        try
        {
            wire.Send(_segments, asked);
        }
        finally
        {
            _segments.Clear();
            _frames = 0;
        }
    }

    private static ArraySegment<byte> SegmentOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());
}
