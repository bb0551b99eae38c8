using System.Net;
using System.Net.Sockets;

namespace DLedger.Remoting;

/// <summary>
/// Takes connections, and keeps each until it has said who it is, on one thread for all of them. That must be the first thing that comes and must
/// come soon; whoever sends something else, or nothing, is gone. When too many are half-open the oldest goes.
/// </summary>
/// <remarks>
/// The thread polls and then receives what is there, so that the sockets stay fit for a thread of their own afterwards: one that has once been used
/// asynchronously never blocks in the kernel again. An encrypted connection makes its handshake here, and takes a thread for it that is
/// counted here.
/// </remarks>
internal sealed class ConnectionAcceptor(SocketTransport transport, Socket server)
{
    /// <summary>When no more files can be opened: nobody can come for so long.</summary>
    private const int AcceptAgainAfterMs = 50;

    /// <summary>How often it looks for the end when nobody comes.</summary>
    private const int LookMs = 1_000;

    private readonly Lock _gate = new();
    // In the order in which they came.
    private readonly List<HalfOpenConnection> _halfOpen = [];
    private readonly List<Socket> _ready = [];
    private readonly object _ending = new();
    private long _acceptFromMs;
    private int _halfOpenCount;
    private bool _closed;

    public int HalfOpenCount => Volatile.Read(ref _halfOpenCount);

    private static long NowMs => Environment.TickCount64;

    public void Open() => new Thread(Run) { IsBackground = true, Name = $"{transport.Name}-acceptor" }.Start();

    public void Close()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }

        lock (_ending) Monitor.PulseAll(_ending);
        try
        {
            // Wakes the poll.
            server.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // Not everywhere can one that listens be shut down; closing it is enough then.
        }

        server.Dispose();
    }

    private void Run()
    {
        while (!_closed)
        {
            try
            {
                Turn();
            }
            catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
            {
                // Closed; or the operating system has no memory for a poll just now.
                Pause();
            }
            catch (Exception unforeseen)
            {
                // Nobody else accepts connections: it must not take the process with it, nor stop accepting.
                transport.Warnings.Say("acceptor", $"Taking a connection failed: {unforeseen.GetType().Name}");
                Pause();
            }
        }

        foreach (var connection in _halfOpen) connection.Socket.Dispose();
        _halfOpen.Clear();
        Volatile.Write(ref _halfOpenCount, 0);
    }

    private void Turn()
    {
        var now = NowMs;
        RejectLate(now);
        _ready.Clear();
        if (now >= _acceptFromMs) _ready.Add(server);
        foreach (var connection in _halfOpen) _ready.Add(connection.Socket);
        if (_ready.Count == 0)
        {
            Pause();
            return;
        }

        Socket.Select(_ready, null, null, (int)UntilNext(now) * 1_000);
        var someoneCame = _ready.Remove(server);
        foreach (var socket in _ready) Receive(_halfOpen.Find(connection => connection.Socket == socket)!);
        if (someoneCame && !_closed) Accept();
        Volatile.Write(ref _halfOpenCount, _halfOpen.Count);
    }

    private long UntilNext(long now)
    {
        var until = (long)LookMs;
        if (_halfOpen.Count > 0) until = Math.Min(until, _halfOpen[0].DeadlineMs - now);
        if (_acceptFromMs > now) until = Math.Min(until, _acceptFromMs - now);
        return Math.Max(until, 1);
    }

    private void Pause()
    {
        lock (_ending)
        {
            if (!_closed) Monitor.Wait(_ending, AcceptAgainAfterMs);
        }
    }

    private void Accept()
    {
        Socket? socket = null;
        try
        {
            socket = server.Accept();
            transport.Prepare(socket);
            var connection = new HalfOpenConnection(
                socket, (IPEndPoint)socket.RemoteEndPoint!, NowMs + (long)transport.Bounds.IntroductionTimeout.TotalMilliseconds);
            if (_halfOpen.Count >= transport.Bounds.HalfOpenMax) Reject(_halfOpen[0], "so many others have not said who they are");
            _halfOpen.Add(connection);
        }
        catch (SocketException error)
        {
            // Whoever came is gone again; or no more files can be opened, and who has not said who it is gives one back.
            if (socket is not null)
            {
                socket.Dispose();
                return;
            }

            _acceptFromMs = NowMs + AcceptAgainAfterMs;
            if (_closed) return;
            transport.Warnings.Say("accept", $"A connection cannot be taken: {error.Message}");
            if (_halfOpen.Count > 0) Reject(_halfOpen[0], "no more files can be opened");
        }
    }

    private void RejectLate(long now)
    {
        while (_halfOpen.Count > 0 && _halfOpen[0].DeadlineMs <= now) Reject(_halfOpen[0], "it has not said who it is in time");
    }

    private void Reject(HalfOpenConnection connection, string why)
    {
        transport.Warnings.Say("stranger", $"A connection from {connection.From.Address} was closed: {why}");
        _halfOpen.Remove(connection);
        connection.Socket.Dispose();
    }

    private void Receive(HalfOpenConnection connection)
    {
        try
        {
            if (connection.Receive(transport.Framing, transport.MaximumPayloadBytes, out var introduction) is { } problem)
            {
                Reject(connection, problem);
            }
            else if (introduction is not null)
            {
                _halfOpen.Remove(connection);
                transport.Introduced(connection.Socket, connection.From, introduction);
            }
        }
        catch (Exception error) when (SocketTransport.IsEndOfConnection(error))
        {
            _halfOpen.Remove(connection);
            connection.Socket.Dispose();
        }
    }

    private sealed class HalfOpenConnection(Socket socket, IPEndPoint from, long deadlineMs)
    {
        private byte[]? _message;
        private byte[]? _header;
        private int _done;

        public Socket Socket => socket;

        public IPEndPoint From => from;

        public long DeadlineMs => deadlineMs;

        /// <summary>Takes what is there, and nothing behind the introduction. Null, and the introduction if it is whole; or what is wrong.</summary>
        public string? Receive(Framing framing, long frameBytesMax, out byte[]? introduction)
        {
            introduction = null;
            _header ??= new byte[framing.HeaderBytes];
            var into = _message ?? _header;
            var got = socket.Receive(into, _done, into.Length - _done, SocketFlags.None);
            if (got == 0) return "it ended before it said who it is";
            _done += got;
            if (_done < into.Length) return null;
            _done = 0;
            if (_message is null)
            {
                var header = framing.ReadHeader(_header);
                if (!header.IsPossible || header.AttachedBytes > 0 || header.MessageBytes > Math.Min(Pdu.AssociateBytesMax, frameBytesMax))
                    return "what came first was no introduction";
                _message = new byte[header.MessageBytes];
                return null;
            }

            if (Pdu.Judge(_message, out var pdu) is { } problem) return problem;
            if (pdu.Kind != PduKind.Associate) return "what came first was no introduction";
            introduction = _message;
            return null;
        }
    }
}
