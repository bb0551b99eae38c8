using System.Buffers;
using System.Buffers.Binary;
using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>Reads frames one after the other from the segments, a window at a time. For one reader, one thread.</summary>
internal sealed class FrameWindow(SegmentSet segments) : IDisposable
{
    private const int WindowBytes = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(WindowBytes, segments.Geometry.PageBytes));
    private long _start;
    private int _length;

    /// <summary>
    /// The frame at or after an address: at the end of a page FASTER may have left a gap. Throws <see cref="StoreDamagedException"/> for anything
    /// else.
    /// </summary>
    public Frame Next(long address)
    {
        var geometry = segments.Geometry;
        if (!geometry.HasRoomForFrame(address)
            || (address != geometry.PageStart(address) && BinaryPrimitives.ReadInt32LittleEndian(Bytes(address, sizeof(int))) == 0))
            address = geometry.NextPage(address);
        var head = Bytes(address, Frame.OverheadBytes);
        if (!Frame.TryDecode(head[Frame.FasterHeaderBytes..], address, out var frame)) throw segments.Damaged(address, "no intact frame");
        return frame;
    }

    /// <summary>The batch of a frame, checked, in memory of its own.</summary>
    public Batch BatchOf(Frame frame)
    {
        var record = Bytes(frame.Address, Frame.OverheadBytes + frame.PayloadBytes);
        if (!Frame.TryDecodeRecord(record, frame.Address, out _) || !Batch.TryDecode(record[Frame.OverheadBytes..].ToArray(), out var batch))
            throw segments.Damaged(frame.Address, "a batch whose checksum does not hold");
        return batch;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private ReadOnlySpan<byte> Bytes(long address, int count)
    {
        if (address < _start || address + count > _start + _length) Load(address, count);
        return _buffer.AsSpan((int)(address - _start), count);
    }

    private void Load(long address, int count)
    {
        // A frame lies within one page, and a page within one segment.
        var left = (int)(segments.Geometry.NextPage(address) - address);
        if (count > left) throw segments.Damaged(address, "a frame that reaches beyond its page");
        if (count > _buffer.Length)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
        }

        _length = 0;
        _start = address;
        var read = segments.Read(address, _buffer.AsSpan(0, Math.Min(left, Math.Max(count, Math.Min(WindowBytes, _buffer.Length)))));
        if (read < count) throw segments.Damaged(address, "the file ends before the frame does");
        _length = read;
    }
}
