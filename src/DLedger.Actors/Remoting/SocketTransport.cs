using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.Remote.Transport;

namespace DLedger.Remoting;

/// <summary>
/// A transport of Akka.Remote over plain sockets. Whoever comes in is kept at the <see cref="FrontDoor"/> until it has said who it is; from then on the connection has a thread that reads,
/// so that neither an application's thread pool nor another connection holds it up. Everything that others can make grow has a bound (<see cref="ConnectionBounds"/>).
/// </summary>
/// <remarks>
/// Addresses of members have a reserve among the connections. An address is what the other side says of itself, so the reserve keeps a crowd of clients from shutting out members, and does
/// not keep out a stranger who claims to be one: that takes authentication, which there is none of yet.
/// </remarks>
internal abstract class SocketTransport : Transport
{
    /// <summary>Connections that may be in the making at once: who it is that we connect to can be named by whoever sends a message with a sender.</summary>
    private const int ConnectingMax = 64;

    private static readonly TimeSpan TurnLimit = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<SocketConnection> _connections = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _members;
    private readonly StartedMembers _startedMembers;
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new();
    private readonly ILoggingAdapter _log;
    private readonly string _hostname;
    private readonly string _publicHostname;
    private readonly int _port;
    private readonly int _publicPort;
    private readonly bool _ipv6;
    private readonly TimeSpan _connectionTimeout;
    private readonly int _backlog;
    private readonly int _sendBufferBytes;
    private readonly int _receiveBufferBytes;
    private readonly Lazy<MessageDispatcher?> _dispatcher;
    private int _connecting;
    private int _others;
    private FrontDoor? _door;
    private Address? _localAddress;
    private bool _closed;

    /// <param name="system">Whose transport it is.</param>
    /// <param name="config">Its section.</param>
    /// <param name="scheme">Without <c>akka.</c></param>
    /// <param name="path">Where the section stands, for messages.</param>
    /// <param name="framing">Its frames.</param>
    protected SocketTransport(ActorSystem system, Config config, string scheme, string path, Framing framing)
    {
        System = system;
        Config = config;
        SchemeIdentifier = scheme;
        Path = path;
        Framing = framing;
        MaximumPayloadBytes = config.GetByteSize("maximum-frame-size") ?? 0;
        _hostname = config.GetString("hostname");
        if (string.IsNullOrEmpty(_hostname)) _hostname = IPAddress.Any.ToString();
        _publicHostname = config.GetString("public-hostname");
        if (string.IsNullOrEmpty(_publicHostname)) _publicHostname = _hostname;
        _port = config.GetInt("port");
        _publicPort = config.GetInt("public-port", 0);
        _ipv6 = config.GetBoolean("dns-use-ipv6");
        _connectionTimeout = config.GetTimeSpan("connection-timeout");
        _backlog = config.GetInt("backlog");
        _sendBufferBytes = (int)(config.GetByteSize("send-buffer-size") ?? 0);
        _receiveBufferBytes = (int)(config.GetByteSize("receive-buffer-size") ?? 0);
        _members = new HashSet<string>(config.GetStringList("members", []), StringComparer.OrdinalIgnoreCase);
        Bounds = ConnectionBounds.Of(config, Descriptors.Max);
        WaitingInAll = new SharedBudget(Bounds.WaitingBytesInAllMax);
        AskedInAll = new SharedBudget(Bounds.RequestBytesInAllMax);
        _startedMembers = StartedMembers.Of(system);
        Arrived = ArrivedAttachments.Of(system);
        _log = Logging.GetLogger(system, GetType());
        Warnings = new RareWarnings(_log, static () => TimeSpan.FromMilliseconds(Environment.TickCount64));
        _dispatcher = new Lazy<MessageDispatcher?>(DispatcherOfRemoting);
    }

    /// <summary>For threads.</summary>
    public abstract string Name { get; }

    public string Path { get; }

    public Framing Framing { get; }

    public ConnectionBounds Bounds { get; }

    public ArrivedAttachments Arrived { get; }

    public RareWarnings Warnings { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    public SharedBudget WaitingInAll { get; }

    /// <summary>Bytes of requests that are not yet answered.</summary>
    public SharedBudget AskedInAll { get; }

    /// <summary>Connections of which it is known who they are.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate) return _connections.Count;
        }
    }

    /// <summary>Connections that have not said who they are.</summary>
    public int HalfOpenCount => _door?.GuestCount ?? 0;

    public override bool IsResponsibleFor(Address remote) => true;

    public static bool IsEndOfConnection(Exception error) => error is SocketException or IOException or ObjectDisposedException;

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var address = await ResolveAsync(_hostname).ConfigureAwait(false);
        var server = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Akka's own transport: who listens on all addresses is reached by IPv4 as well.
            if (address.Equals(IPAddress.IPv6Any)) server.DualMode = true;
            server.Bind(new IPEndPoint(address, _port));
            server.Listen(_backlog);
        }
        catch (SocketException refused)
        {
            server.Dispose();

            // Akka shows the innermost exception, if any: the system's own does not say which address it is about.
            throw new DLedgerStartException($"Address {HostName.WithPort(_hostname, _port)} ({Path}.port) cannot be listened on: {refused.Message}.");
        }

        var port = _publicPort > 0 ? _publicPort : ((IPEndPoint)server.LocalEndPoint!).Port;
        var local = new Address(SchemeIdentifier, System.Name, HostName.InAddress(_publicHostname), port);
        _localAddress = local;
        _door = new FrontDoor(this, server);
        _ = _listener.Task.ContinueWith(
            static (_, door) => ((FrontDoor)door!).Open(),
            _door,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        return (local, _listener);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var isMember = IsMember(HostName.WithPort(remoteAddress.Host, remoteAddress.Port ?? 0));
        Socket? socket = null;
        try
        {
            if (Interlocked.Increment(ref _connecting) > ConnectingMax && !isMember) throw new InvalidAssociationException($"Too many connections are being made at once: none to {remoteAddress}");
            var address = await ResolveAsync(remoteAddress.Host).ConfigureAwait(false);
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Prepare(socket);
            using var timeout = new CancellationTokenSource(_connectionTimeout);
            // On a thread of its own: a socket that has once been used asynchronously never blocks in the kernel again.
            var connecting = Task.Factory.StartNew(() => socket.Connect(new IPEndPoint(address, remoteAddress.Port ?? 0)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await connecting.WaitAsync(timeout.Token).ConfigureAwait(false);
            var connection = new SocketConnection(this, new SocketWire(socket, Bounds.StallLimit), _localAddress!, remoteAddress, introduction: null, isMember);
            if (TryAdd(connection) is { } problem)
            {
                connection.Dispose();
                throw new InvalidAssociationException($"{problem}: none to {remoteAddress}");
            }

            return connection;
        }
        catch (Exception error) when (IsEndOfConnection(error) || error is OperationCanceledException)
        {
            socket?.Dispose();
            throw new InvalidAssociationException($"{(error is OperationCanceledException ? "Connection timed out" : error.Message)} {remoteAddress}");
        }
        finally
        {
            Interlocked.Decrement(ref _connecting);
        }
    }

    public override Task<bool> Shutdown()
    {
        SocketConnection[] open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _connections];
        }

        _door?.Close();
        foreach (var connection in open) connection.Close();
        return Task.FromResult(true);
    }

    /// <summary>Somebody at the door has said who it is.</summary>
    public void Welcome(Socket socket, IPEndPoint from, byte[] introduction)
    {
        var isMember = Pdu.OriginOf(introduction) is { } origin && IsMember(origin);
        var wire = new SocketWire(socket, Bounds.StallLimit);
        var remote = new Address(SchemeIdentifier, System.Name, HostName.InAddress((from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address).ToString()), from.Port);
        var connection = new SocketConnection(this, wire, _localAddress!, remote, introduction, isMember);
        if (TryAdd(connection) is { } problem)
        {
            Warnings.Say("connections", $"A connection from {remote.Host} was refused: {problem}");
            connection.Dispose();
            return;
        }

        _listener.Task.Result.Notify(new InboundAssociation(connection));
    }

    public void Forget(SocketConnection connection)
    {
        lock (_gate)
        {
            if (_connections.Remove(connection) && !connection.IsMember) _others--;
        }
    }

    /// <summary>All together have too much waiting: the connection with the most of it goes. One of a member only when nothing else waits: what waits for members has other bounds.</summary>
    public void DropLargest()
    {
        SocketConnection? largest = null;
        lock (_gate)
        {
            if (!WaitingInAll.IsExceeded) return;
            foreach (var connection in _connections)
            {
                if (connection.WaitingBytes > 0 && (largest is null || Weight(connection).CompareTo(Weight(largest)) > 0)) largest = connection;
            }
        }

        if (largest is not null) Drop(largest, $"{Path}.waiting-bytes-in-all-max");

        static (bool, long) Weight(SocketConnection connection) => (!connection.IsMember, connection.WaitingBytes);
    }

    /// <summary>Ends a connection whose other side takes too little.</summary>
    public void Drop(SocketConnection connection, string bound)
    {
        Warnings.Say("waiting", $"A connection to {connection.RemoteAddress.Host} was closed: its other side does not take what is sent to it, {connection.WaitingBytes} bytes wait ({bound})");
        connection.Dispose();
    }

    /// <summary>Something that nobody thought of; it ends this connection and nothing else.</summary>
    public void Unforeseen(SocketConnection connection, Exception error)
    {
        if (!_closed) _log.Error(error, "A connection with {0} was closed: {1}", connection.RemoteAddress.Host, error.Message);
        connection.Dispose();
    }

    /// <summary>Waits until the threads of remoting have run everything that was ready for them before, twice: an actor that runs makes others ready.</summary>
    public void AwaitTurn()
    {
        if (_dispatcher.Value is not { } dispatcher) return;
        for (var i = 0; i < 2 && !_closed; i++)
        {
            var turn = new Turn();
            try
            {
                dispatcher.Schedule(turn.Come);
            }
            catch (RejectedExecutionException)
            {
                // The system is ending.
                return;
            }

            turn.Wait(TurnLimit);
        }
    }

    public void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (_sendBufferBytes > 0) socket.SendBufferSize = _sendBufferBytes;
        if (_receiveBufferBytes > 0) socket.ReceiveBufferSize = _receiveBufferBytes;
    }

    /// <summary>A member of the group that the system was made for, or of one that was started in it since.</summary>
    private bool IsMember(string address) => _members.Contains(address) || _startedMembers.Contains(address);

    /// <summary>Null, or why there is no place for it.</summary>
    private string? TryAdd(SocketConnection connection)
    {
        lock (_gate)
        {
            if (_closed) return "the transport is closed";
            if (_connections.Count >= Bounds.ConnectionsMax) return $"there are {_connections.Count} connections ({Path}.connections-max, less where few files may be open)";
            if (!connection.IsMember && _others >= Bounds.ConnectionsMax - Bounds.MembersReserve)
                return $"there are {_others} connections, and the rest is for members ({Path}.connections-max less members-reserve, less where few files may be open)";
            _connections.Add(connection);
            if (!connection.IsMember) _others++;
            return null;
        }
    }

    private MessageDispatcher? DispatcherOfRemoting()
    {
        var name = System.Settings.Config.GetString("akka.remote.use-dispatcher", "");
        return !string.IsNullOrEmpty(name) && System.Dispatchers.HasDispatcher(name) ? System.Dispatchers.Lookup(name) : null;
    }

    private async Task<IPAddress> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        var family = _ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var all = await Dns.GetHostAddressesAsync(host, family).ConfigureAwait(false);
        return all.Length > 0 ? all[0] : throw new SocketException((int)SocketError.HostNotFound);
    }

    private sealed class Turn
    {
        private readonly object _gate = new();
        private bool _came;

        public void Come()
        {
            lock (_gate)
            {
                _came = true;
                Monitor.Pulse(_gate);
            }
        }

        public void Wait(TimeSpan limit)
        {
            lock (_gate)
            {
                if (!_came) Monitor.Wait(_gate, limit);
            }
        }
    }
}
