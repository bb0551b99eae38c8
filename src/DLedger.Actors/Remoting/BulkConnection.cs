using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Remote.Transport;
using DLedger.Node;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>One connection. A frame is a header, a message of Akka's, and what is attached to it.</summary>
/// <remarks>Header, little endian: u32 bytes of the message, u32 attached bytes, 16 bytes id of the attachment (zero if there is none).</remarks>
internal sealed class BulkConnection : AssociationHandle, IDisposable
{
    private const int HeaderBytes = 4 + 4 + Attachment.IdBytes;
    private const int InlineBytesMax = 160 << 10;
    private const int ReadBufferBytes = 8 << 10;
    private const int FramesAtOnce = 16;
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly BulkTransport _transport;
    private readonly Socket _socket;
    private readonly SendRoom _room;
    private readonly object _gate = new();
    private readonly Queue<(ByteString Message, Attachment? Attached)> _waiting = [];
    private readonly List<ArraySegment<byte>> _segments = [];
    private readonly byte[] _headers = new byte[HeaderBytes * FramesAtOnce];
    private Thread? _writer;
    private Timer? _closeTimer;
    private bool _sending;
    private bool _closing;
    private bool _closed;

    public BulkConnection(BulkTransport transport, Socket socket, Address local, Address remote)
        : base(local, remote)
    {
        _transport = transport;
        _socket = socket;
        // Linux calls a socket writable while a third of its buffer is free, and says how large that really is; half of that third leaves room for what the kernel needs beside the bytes.
        _room = new SendRoom(OperatingSystem.IsLinux() ? Math.Min(InlineBytesMax, socket.SendBufferSize / 6) : 0, () => socket.Poll(0, SelectMode.SelectWrite));
        _ = ReadHandlerSource.Task.ContinueWith(
            listener => new Thread(() => Read(listener.Result)) { IsBackground = true, Name = "dledger-bulk-read" }.Start(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    public override bool Write(ByteString payload)
    {
        var attached = Attachment.TakeFor(payload.Span);
        lock (_gate)
        {
            if (_closing) return false;
            if (_sending || _waiting.Count > 0 || !CanSendAtOnce(payload.Length + (attached?.Bytes ?? 0)))
            {
                _waiting.Enqueue((payload, attached));
                if (_writer is null)
                {
                    _writer = new Thread(WriteOn) { IsBackground = true, Name = "dledger-bulk-write" };
                    _writer.Start();
                }
                else
                {
                    Monitor.Pulse(_gate);
                }

                return true;
            }

            _sending = true;
        }

        // Nothing waits and there is room in the socket: no other thread needs to be woken.
        AddFrame(0, payload, attached);
        SendSegments();
        bool last;
        lock (_gate)
        {
            _sending = false;
            last = _closing && _waiting.Count == 0;
            if (_waiting.Count > 0) Monitor.PulseAll(_gate);
        }

        if (last) Dispose();
        return true;
    }

#pragma warning disable CS0618, CS0672 // Akka's own handles have nothing else to override.
    public override void Disassociate() => Close();
#pragma warning restore CS0618, CS0672

    /// <summary>Sends what waits, for a moment at most, and ends.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closing) return;
            _closing = true;
            Monitor.PulseAll(_gate);
            if (_sending || _waiting.Count > 0)
            {
                // Whoever sends ends it, unless the other side takes nothing any more.
                _closeTimer = new Timer(static connection => ((BulkConnection)connection!).Dispose(), this, CloseLimit, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        Dispose();
    }

    /// <summary>Ends it now, whatever waits.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = _closing = true;
            _waiting.Clear();
            _closeTimer?.Dispose();
            Monitor.PulseAll(_gate);
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It had ended by itself.
        }

        _socket.Dispose();
        _transport.Forget(this);
    }

    private bool CanSendAtOnce(int bytes)
    {
        try
        {
            return _room.Take(bytes);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void WriteOn()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_closed && (_sending || (_waiting.Count == 0 && !_closing))) Monitor.Wait(_gate);
                if (_closed) return;
                if (_waiting.Count == 0) break;
                _sending = true;
                _room.Forget();
                for (var i = 0; i < FramesAtOnce && _waiting.TryDequeue(out var frame); i++) AddFrame(i, frame.Message, frame.Attached);
            }

            SendSegments();
            lock (_gate) _sending = false;
        }

        Dispose();
    }

    private void AddFrame(int place, ByteString message, Attachment? attached)
    {
        var header = new ArraySegment<byte>(_headers, place * HeaderBytes, HeaderBytes);
        var span = header.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(span, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(span[4..], attached?.Bytes ?? 0);
        (attached?.Id ?? Guid.Empty).TryWriteBytes(span[8..]);
        _segments.Add(header);
        _segments.Add(SegmentOf(message.Memory));
        if (attached is null) return;
        foreach (var batch in attached.Batches) _segments.Add(SegmentOf(batch.Encoded));
    }

    private static ArraySegment<byte> SegmentOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());

    private void SendSegments()
    {
        try
        {
            var left = 0L;
            foreach (var segment in _segments) left += segment.Count;
            while (left > 0)
            {
                var sent = _socket.Send(_segments, SocketFlags.None);
                left -= sent;
                if (left > 0) Skip(sent);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The reader hears the end too, and tells.
            Dispose();
        }
        finally
        {
            _segments.Clear();
        }
    }

    private void Skip(int sent)
    {
        var whole = 0;
        while (sent >= _segments[whole].Count) sent -= _segments[whole++].Count;
        _segments.RemoveRange(0, whole);
        if (sent > 0) _segments[0] = _segments[0].Slice(sent);
    }

    private void Read(IHandleEventListener listener)
    {
        // Small: what is left of a large part goes from the socket to where it stays.
        var buffer = new byte[ReadBufferBytes];
        var start = 0;
        var end = 0;
        try
        {
            while (true)
            {
                if (!Need(HeaderBytes)) break;
                var header = buffer.AsSpan(start, HeaderBytes);
                var messageBytes = BinaryPrimitives.ReadInt32LittleEndian(header);
                var attachedBytes = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
                var id = new Guid(header.Slice(8, Attachment.IdBytes));
                start += HeaderBytes;
                if (messageBytes < 0 || attachedBytes < 0 || (long)messageBytes + attachedBytes > _transport.MaximumPayloadBytes) break;
                var message = GC.AllocateUninitializedArray<byte>(messageBytes);
                if (!Fill(message)) break;
                if (attachedBytes > 0)
                {
                    var attached = GC.AllocateUninitializedArray<byte>(attachedBytes);
                    if (!Fill(attached)) break;
                    _transport.Arrived.Put(id, attached);
                }

                Tell(new InboundPayload(UnsafeByteOperations.UnsafeWrap(message)));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Told below, like an end.
        }

        Dispose();
        Tell(new Disassociated(DisassociateInfo.Unknown));

        void Tell(IHandleEvent news)
        {
            // What a message sets off runs here, as far as it goes: up to the write to the log, or to the client.
            DedicatedThreads.Lend();
            listener.Notify(news);
            DedicatedThreads.RunReady();
        }

        bool Need(int bytes)
        {
            if (end - start >= bytes) return true;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
            while (end < bytes)
            {
                if (!Receive(buffer, ref end)) return false;
            }

            return true;
        }

        bool Fill(byte[] target)
        {
            var done = Math.Min(target.Length, end - start);
            buffer.AsSpan(start, done).CopyTo(target);
            start += done;
            while (done < target.Length)
            {
                if (!Receive(target, ref done)) return false;
            }

            return true;
        }

        bool Receive(byte[] into, ref int filled)
        {
            var got = _socket.Receive(into, filled, into.Length - filled, SocketFlags.None);
            filled += got;
            return got > 0;
        }
    }
}
