using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;
using DLedger.Threading;
using Google.Protobuf;

namespace DLedger.Remoting;

/// <summary>
/// A transport of Akka.Remote over plain sockets. Whoever comes in is kept by the <see cref="ConnectionAcceptor"/> until it has said who it is; from
/// then on the connection has a thread that reads, so that neither an application's thread pool nor another connection holds it up. Everything that
/// others can make grow has a bound (<see cref="ConnectionBounds"/>).
/// </summary>
/// <remarks>
/// Addresses of members have a reserve among the connections. An address is what the other side says of itself, so the reserve keeps a crowd of
/// clients from shutting out members, and does not keep out a stranger who claims to be one: that takes authentication, which there is none of yet.
/// </remarks>
internal abstract class SocketTransport : Transport
{
    /// <summary>
    /// Connections that may be in the making at once: who it is that we connect to can be named by whoever sends a message with a sender.
    /// </summary>
    private const int ConnectingMax = 64;

    private readonly SocketSettings _settings;
    private readonly SocketMaker _sockets;
    private readonly ConnectionTable _connections;
    private readonly HashSet<string> _members;
    private readonly StartedMembers _startedMembers;
    private readonly DispatcherTurns _turns;
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new();
    private readonly ILoggingAdapter _log;
    private int _connecting;
    private ConnectionAcceptor? _acceptor;
    private Address? _localAddress;

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
        Bounds = ConnectionBounds.Of(config, Descriptors.Max);
        WaitingInAll = new SharedBudget(Bounds.WaitingBytesInAllMax);
        RequestBytesInAll = new SharedBudget(Bounds.RequestBytesInAllMax);
        Outgoing = OutgoingAttachments.Of(system);
        Arrived = ArrivedAttachments.Of(system);
        _settings = SocketSettings.Of(config);
        _sockets = new SocketMaker(_settings);
        _connections = new ConnectionTable(Bounds, path);
        _members = new HashSet<string>(config.GetStringList("members", []), StringComparer.OrdinalIgnoreCase);
        _startedMembers = StartedMembers.Of(system);
        _turns = new DispatcherTurns(system, "akka.remote.use-dispatcher", () => _connections.IsClosed);
        _log = Logging.GetLogger(system, GetType());
        Warnings = new RareWarnings(_log, static () => TimeSpan.FromMilliseconds(Environment.TickCount64));
    }

    /// <summary>For threads.</summary>
    public abstract string Name { get; }

    public string Path { get; }

    public Framing Framing { get; }

    public ConnectionBounds Bounds { get; }

    public OutgoingAttachments Outgoing { get; }

    public ArrivedAttachments Arrived { get; }

    public RareWarnings Warnings { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    public SharedBudget WaitingInAll { get; }

    /// <summary>Bytes of requests that are not yet answered.</summary>
    public SharedBudget RequestBytesInAll { get; }

    /// <summary>Connections of which it is known who they are.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Connections that have not said who they are.</summary>
    public int HalfOpenCount => _acceptor?.HalfOpenCount ?? 0;

    public override bool IsResponsibleFor(Address remote) => true;

    public static bool IsEndOfConnection(Exception error) => error is SocketException or IOException or ObjectDisposedException;

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        Socket server;
        try
        {
            server = await _sockets.ListenAsync().ConfigureAwait(false);
        }
        catch (SocketException refused)
        {
            // Akka shows the innermost exception, if any: the system's own does not say which address it is about.
            throw new DLedgerStartException(
                $"Address {HostName.WithPort(_settings.Host, _settings.Port)} ({Path}.port) cannot be listened on: {refused.Message}.");
        }

        var port = _settings.PublicPort > 0 ? _settings.PublicPort : ((IPEndPoint)server.LocalEndPoint!).Port;
        var local = new Address(SchemeIdentifier, System.Name, HostName.InAddress(_settings.PublicHost), port);
        _localAddress = local;
        _acceptor = new ConnectionAcceptor(this, server);
        _ = _listener.Task.ContinueWith(
            static (_, acceptor) => ((ConnectionAcceptor)acceptor!).Open(),
            _acceptor,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        return (local, _listener);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var port = remoteAddress.Port ?? 0;
        var isMember = IsMember(HostName.WithPort(remoteAddress.Host, port));
        try
        {
            if (Interlocked.Increment(ref _connecting) > ConnectingMax && !isMember)
                throw new InvalidAssociationException($"Too many connections are being made at once: none to {remoteAddress}");
            var socket = await _sockets.ConnectAsync(remoteAddress.Host, port).ConfigureAwait(false);
            var connection = new SocketConnection(this, WireOver(socket), _localAddress!, remoteAddress, introduction: null, isMember);
            if (_connections.TryAdd(connection) is not { } problem) return connection;
            connection.Dispose();
            throw new InvalidAssociationException($"{problem}: none to {remoteAddress}");
        }
        catch (Exception error) when (IsEndOfConnection(error) || error is OperationCanceledException)
        {
            throw new InvalidAssociationException(
                $"{(error is OperationCanceledException ? "Connection timed out" : error.Message)} {remoteAddress}");
        }
        finally
        {
            Interlocked.Decrement(ref _connecting);
        }
    }

    public override Task<bool> Shutdown()
    {
        var open = _connections.Close();
        _acceptor?.Close();
        foreach (var connection in open) connection.Close();
        return Task.FromResult(true);
    }

    /// <summary>A half-open connection has said who it is.</summary>
    public void Introduced(Socket socket, IPEndPoint from, byte[] introduction)
    {
        var isMember = Pdu.OriginOf(introduction) is { } origin && IsMember(origin);
        var address = from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address;
        var remote = new Address(SchemeIdentifier, System.Name, HostName.InAddress(address.ToString()), from.Port);
        var connection = new SocketConnection(this, WireOver(socket), _localAddress!, remote, introduction, isMember);
        if (_connections.TryAdd(connection) is { } problem)
        {
            Warnings.Say("connections", $"A connection from {remote.Host} was refused: {problem}");
            connection.Dispose();
            return;
        }

        _listener.Task.Result.Notify(new InboundAssociation(connection));
    }

    public void Forget(SocketConnection connection) => _connections.Remove(connection);

    /// <summary>All together have too much waiting: the connection with the most of it goes.</summary>
    public void DropLargest()
    {
        if (WaitingInAll.IsExceeded && _connections.Heaviest() is { } heaviest) Drop(heaviest, $"{Path}.waiting-bytes-in-all-max");
    }

    /// <summary>Ends a connection whose other side takes too little.</summary>
    public void Drop(SocketConnection connection, string bound)
    {
        Warnings.Say(
            "waiting",
            $"A connection to {connection.RemoteAddress.Host} was closed: its other side does not take what is sent to it, "
            + $"{connection.WaitingBytes} bytes wait ({bound})");
        connection.Dispose();
    }

    /// <summary>Something that nobody thought of; it ends this connection and nothing else.</summary>
    public void Unforeseen(SocketConnection connection, Exception error)
    {
        if (!_connections.IsClosed) _log.Error(error, "A connection with {0} was closed: {1}", connection.RemoteAddress.Host, error.Message);
        connection.Dispose();
    }

    /// <summary>What is attached to a message that is written; the serializer left it for whoever writes it first.</summary>
    public Attachment AttachmentOf(ByteString message)
    {
        if (!Framing.CarriesAttachments || Outgoing.IsEmpty) return default;
        var id = Pdu.AttachmentOf(message.Span);
        return id == Guid.Empty ? default : Outgoing.Take(id);
    }

    /// <summary>Waits until the threads of remoting have run everything that was ready for them before.</summary>
    public void AwaitTurn() => _turns.Await();

    /// <inheritdoc cref="SocketMaker.Prepare"/>
    public void Prepare(Socket socket) => _sockets.Prepare(socket);

    /// <summary>What moves the bytes of a connection. Nothing else here knows that it is a bare socket.</summary>
    private SocketWire WireOver(Socket socket) => new(socket, Bounds.StallLimit);

    /// <summary>A member of the group that the system was made for, or of one that was started in it since.</summary>
    private bool IsMember(string address) => _members.Contains(address) || _startedMembers.Contains(address);
}
