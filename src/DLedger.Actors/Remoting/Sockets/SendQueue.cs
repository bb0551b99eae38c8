using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>
/// What goes out on one connection. Whoever brings a message sends it himself as long as nothing waits and there is room; what would have to wait
/// is left to a thread of the queue's own, and is bounded.
/// </summary>
internal sealed class SendQueue : IDisposable
{
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    /// <summary>A thread that has had nothing to write for so long is let go: of hundreds of clients few are ever behind.</summary>
    private static readonly TimeSpan WriterIdleLimit = TimeSpan.FromSeconds(5);

    private readonly IWire _wire;
    private readonly FrameWriter _frames;
    private readonly ConnectionBounds _bounds;
    private readonly SharedBudget _waitingInAll;
    private readonly string _threadName;
    private readonly Action _end;
    private readonly Action<Exception> _unforeseen;
    private readonly object _gate = new();
    private readonly Queue<(ByteString Message, Attachment Attachment)> _waiting = [];

    // All under the gate; the counts of bytes are read without it.
    private Thread? _writer;
    private Timer? _closeTimer;
    private long _queuedBytes;
    private long _sendingBytes;
    private bool _sending;
    private bool _closing;
    private bool _closed;

    /// <param name="wire">Where it goes.</param>
    /// <param name="framing">What a frame looks like.</param>
    /// <param name="bounds">How much may wait.</param>
    /// <param name="waitingInAll">Counts what waits on all connections.</param>
    /// <param name="threadName">Of the queue's own thread.</param>
    /// <param name="end">Ends the connection, which calls <see cref="Stop"/>.</param>
    /// <param name="unforeseen">Likewise, and tells why.</param>
    public SendQueue(
        IWire wire, Framing framing, ConnectionBounds bounds, SharedBudget waitingInAll, string threadName, Action end, Action<Exception> unforeseen)
    {
        _wire = wire;
        _frames = new FrameWriter(wire, framing);
        _bounds = bounds;
        _waitingInAll = waitingInAll;
        _threadName = threadName;
        _end = end;
        _unforeseen = unforeseen;
    }

    /// <summary>Bytes that wait to be sent, or that a thread is sending which may have to wait.</summary>
    public long WaitingBytes => Interlocked.Read(ref _queuedBytes) + Interlocked.Read(ref _sendingBytes);

    public SendOutcome Send(ByteString message, Attachment attachment)
    {
        lock (_gate)
        {
            if (_closing) return SendOutcome.Closed;
            var bytes = message.Length + attachment.Bytes;
            if (_sending || _waiting.Count > 0 || !_wire.MaySendAtOnce(bytes)) return Queue(message, attachment, bytes);
            _sending = true;
        }

        SendNow(message, attachment);
        return SendOutcome.Sent;
    }

    /// <summary>
    /// Takes nothing more. True: nothing is under way, and the connection may end; else it ends when what waits is sent, in a moment at most.
    /// </summary>
    public bool Close()
    {
        lock (_gate)
        {
            if (_closing) return false;
            _closing = true;
            Monitor.PulseAll(_gate);
            if (!_sending && _waiting.Count == 0) return true;

            // Whoever sends ends it, unless the other side takes nothing any more.
            _closeTimer = new Timer(static end => ((Action)end!)(), _end, CloseLimit, Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    /// <summary>The connection ends now, whatever waits. False: it had been told so before.</summary>
    public bool Stop()
    {
        lock (_gate)
        {
            if (_closed) return false;
            _closed = _closing = true;
            _waiting.Clear();

            // What its writer holds, too: nobody else is to be dropped for it.
            _waitingInAll.Add(-Interlocked.Exchange(ref _queuedBytes, 0) - Interlocked.Exchange(ref _sendingBytes, 0));
            _closeTimer?.Dispose();
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    public void Dispose() => Stop();

    /// <summary>Under the gate.</summary>
    private SendOutcome Queue(ByteString message, Attachment attachment, int bytes)
    {
        // One frame alone may always wait, however large.
        var waiting = WaitingBytes;
        if (waiting > 0 && (waiting + bytes > _bounds.WaitingBytesMax || _waiting.Count >= _bounds.WaitingFramesMax)) return SendOutcome.NoRoom;
        _waiting.Enqueue((message, attachment));
        Interlocked.Add(ref _queuedBytes, bytes);
        _waitingInAll.Add(bytes);
        if (_writer is null)
        {
            // Ours only once it runs: where no thread can be had, the next write tries again.
            var writer = new Thread(WriteOn) { IsBackground = true, Name = _threadName };
            writer.Start();
            _writer = writer;
        }
        else
        {
            Monitor.Pulse(_gate);
        }

        return SendOutcome.Waits;
    }

    /// <summary>Nothing waits and there is room in the socket: no other thread needs to be woken.</summary>
    private void SendNow(ByteString message, Attachment attachment)
    {
        try
        {
            _frames.Add(message, attachment);
            SendFrames(asked: true);
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

            if (last) _end();
        }
    }

    private void WriteOn()
    {
        try
        {
            while (TakeWaiting())
            {
                SendFrames(asked: false);
                lock (_gate)
                {
                    _sending = false;
                    _waitingInAll.Add(-Interlocked.Exchange(ref _sendingBytes, 0));
                }
            }
        }
        catch (Exception unforeseen)
        {
            // The last thing on this thread: it must not take the process with it.
            _unforeseen(unforeseen);
        }
        finally
        {
            _waitingInAll.Add(-Interlocked.Exchange(ref _sendingBytes, 0));
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
                while (!_frames.IsFull && _waiting.TryDequeue(out var frame))
                {
                    _frames.Add(frame.Message, frame.Attachment);
                    bytes += frame.Message.Length + frame.Attachment.Bytes;
                }

                Interlocked.Add(ref _sendingBytes, bytes);
                Interlocked.Add(ref _queuedBytes, -bytes);
                return true;
            }
        }

        _end();
        return false;
    }

    private void SendFrames(bool asked)
    {
        try
        {
            _frames.Send(asked);
        }
        catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
        {
            // The reader hears the end too, and tells.
            _end();
        }
        catch
        {
            // Nobody knows how much of a frame went out: what follows would be read as something else.
            _end();
            throw;
        }
    }
}
