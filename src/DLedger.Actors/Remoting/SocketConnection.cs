using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Remote.Transport;
using DLedger.Node;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>
/// One connection. What is written goes out on the thread that writes it when nothing waits and there is room, else on a thread of the connection's own; what waits is bounded. Another
/// thread reads, and runs what the messages set off.
/// </summary>
internal sealed partial class SocketConnection : AssociationHandle, IDisposable
{
    private const int FramesAtOnce = 16;
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    /// <summary>A thread that has had nothing to write for so long is let go: of hundreds of clients few are ever behind.</summary>
    private static readonly TimeSpan WriterIdleLimit = TimeSpan.FromSeconds(5);

    private readonly SocketTransport _transport;
    private readonly IWire _wire;
    private readonly object _gate = new();
    private readonly Queue<(ByteString Message, Attachment? Attached)> _waiting = [];
    private readonly List<ArraySegment<byte>> _segments = [];
    private readonly byte[] _headers;
    private Thread? _writer;
    private Timer? _closeTimer;
    private long _queuedBytes;
    private long _sendingBytes;
    private bool _sending;
    private bool _closing;
    private bool _closed;

    /// <param name="transport">Bounds it, and forgets it when it has ended.</param>
    /// <param name="wire">Its own from now on.</param>
    /// <param name="local">The address of this end.</param>
    /// <param name="remote">The address of the other.</param>
    /// <param name="introduction">The message in which the other side said who it is, read already; null if it has yet to.</param>
    /// <param name="isMember">Whether the other side is a member, or says so.</param>
    public SocketConnection(SocketTransport transport, IWire wire, Address local, Address remote, byte[]? introduction, bool isMember)
        : base(local, remote)
    {
        _transport = transport;
        _wire = wire;
        _introduction = introduction;
        IsMember = isMember;
        _headers = new byte[transport.Framing.HeaderBytes * FramesAtOnce];
        _window = new RequestWindow(transport.Bounds.RequestsMax, transport.Bounds.RequestBytesMax, transport.AskedInAll);
        _ = ReadHandlerSource.Task.ContinueWith(
            listener => new Thread(() => ReadOn(listener.Result)) { IsBackground = true, Name = $"{transport.Name}-read" }.Start(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private enum Way
    {
        Now,
        Later,
        NotAtAll,
    }

    public bool IsMember { get; }

    /// <summary>Bytes that wait to be sent, or that a thread is sending which may have to wait.</summary>
    public long WaitingBytes => Interlocked.Read(ref _queuedBytes) + Interlocked.Read(ref _sendingBytes);

    public override bool Write(ByteString payload)
    {
        var attached = Attachment.TakeFor(payload.Span);
        if (!_window.IsEmpty && Pdu.IsAnswer(payload.Span)) _window.Answered();
        Way way;
        lock (_gate)
        {
            if (_closing) return false;
            way = WayOf(payload, attached);
        }

        switch (way)
        {
            case Way.Later:
                if (_transport.WaitingInAll.IsExceeded) _transport.DropLargest();
                return true;
            case Way.NotAtAll:
                _transport.Drop(this, $"{_transport.Path}.waiting-bytes-max, waiting-frames-max");
                return false;
            default:
                SendNow(payload, attached);
                return true;
        }
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
                _closeTimer = new Timer(static connection => ((SocketConnection)connection!).Dispose(), this, CloseLimit, Timeout.InfiniteTimeSpan);
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
            // What its writer holds, too: nobody else is to be dropped for it.
            _transport.WaitingInAll.Add(-Interlocked.Exchange(ref _queuedBytes, 0) - Interlocked.Exchange(ref _sendingBytes, 0));
            _closeTimer?.Dispose();
            Monitor.PulseAll(_gate);
        }

        _wire.End();
        _window.Close();
        _transport.Forget(this);
    }

    /// <summary>Under the gate.</summary>
    private Way WayOf(ByteString payload, Attachment? attached)
    {
        var bytes = payload.Length + (attached?.Bytes ?? 0);
        if (!_sending && _waiting.Count == 0 && _wire.MaySendAtOnce(bytes))
        {
            _sending = true;
            return Way.Now;
        }

        // One frame alone may always wait, however large.
        var waiting = WaitingBytes;
        if (waiting > 0 && (waiting + bytes > _transport.Bounds.WaitingBytesMax || _waiting.Count >= _transport.Bounds.WaitingFramesMax)) return Way.NotAtAll;
        _waiting.Enqueue((payload, attached));
        Interlocked.Add(ref _queuedBytes, bytes);
        _transport.WaitingInAll.Add(bytes);
        if (_writer is null)
        {
            // Ours only once it runs: where no thread can be had, the next write tries again.
            var writer = new Thread(WriteOn) { IsBackground = true, Name = $"{_transport.Name}-write" };
            writer.Start();
            _writer = writer;
        }
        else
        {
            Monitor.Pulse(_gate);
        }

        return Way.Later;
    }

    /// <summary>Nothing waits and there is room in the socket: no other thread needs to be woken.</summary>
    private void SendNow(ByteString payload, Attachment? attached)
    {
        try
        {
            AddFrame(0, payload, attached);
            SendSegments(asked: true);
        }
        finally
        {
            bool last;
            lock (_gate)
            {
                _sending = false;
                last = _closing && _waiting.Count == 0;
                if (_waiting.Count > 0) Monitor.PulseAll(_gate);
            }

            if (last) Dispose();
        }
    }

    private void WriteOn()
    {
        try
        {
            while (TakeWaiting())
            {
                SendSegments(asked: false);
                lock (_gate)
                {
                    _sending = false;
                    _transport.WaitingInAll.Add(-Interlocked.Exchange(ref _sendingBytes, 0));
                }
            }
        }
        catch (Exception unforeseen)
        {
            // The last thing on this thread: it must not take the process with it.
            _transport.Unforeseen(this, unforeseen);
        }
        finally
        {
            _transport.WaitingInAll.Add(-Interlocked.Exchange(ref _sendingBytes, 0));
        }
    }

    /// <summary>Waits for something to write. False: this thread is not needed any more.</summary>
    private bool TakeWaiting()
    {
        lock (_gate)
        {
            while (!_closed && (_sending || (_waiting.Count == 0 && !_closing)))
            {
                if (Monitor.Wait(_gate, WriterIdleLimit) || _sending || _waiting.Count > 0 || _closing) continue;
                _writer = null;
                return false;
            }

            if (_closed) return false;
            if (_waiting.Count > 0)
            {
                _sending = true;
                long bytes = 0;
                for (var i = 0; i < FramesAtOnce && _waiting.TryDequeue(out var frame); i++)
                {
                    AddFrame(i, frame.Message, frame.Attached);
                    bytes += frame.Message.Length + (frame.Attached?.Bytes ?? 0);
                }

                Interlocked.Add(ref _sendingBytes, bytes);
                Interlocked.Add(ref _queuedBytes, -bytes);
                return true;
            }
        }

        Dispose();
        return false;
    }

    private void AddFrame(int place, ByteString message, Attachment? attached)
    {
        var header = new ArraySegment<byte>(_headers, place * _transport.Framing.HeaderBytes, _transport.Framing.HeaderBytes);
        _transport.Framing.WriteHeader(header, message.Length, attached);
        _segments.Add(header);
        _segments.Add(SegmentOf(message.Memory));
        if (attached is null) return;
        foreach (var batch in attached.Batches) _segments.Add(SegmentOf(batch.Encoded));
    }

    private static ArraySegment<byte> SegmentOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment : new ArraySegment<byte>(memory.ToArray());

    private void SendSegments(bool asked)
    {
        try
        {
            _wire.Send(_segments, asked);
        }
        catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
        {
            // The reader hears the end too, and tells.
            Dispose();
        }
        catch
        {
            // Nobody knows how much of a frame went out: what follows would be read as something else.
            Dispose();
            throw;
        }
        finally
        {
            _segments.Clear();
        }
    }
}
