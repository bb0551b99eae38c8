using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;

namespace DLedger.Remoting;

/// <summary>
/// Akka.Remote's transport for pushes, over plain sockets: each connection has a thread that reads and one that writes, so that neither an application's thread pool nor another connection
/// holds it up; and what a message has attached (<see cref="Attachment"/>) passes without a copy.
/// </summary>
internal sealed class BulkTransport : Transport
{
    public const string Scheme = "bulk.tcp";

    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly HashSet<BulkConnection> _connections = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource<IAssociationEventListener> _listener = new();
    private readonly string _hostname;
    private readonly string _publicHostname;
    private readonly int _port;
    private readonly bool _ipv6;
    private readonly TimeSpan _connectionTimeout;
    private readonly int _backlog;
    private readonly object _ending = new();
    private Socket? _server;
    private bool _closed;

    /// <summary>Called by Akka.</summary>
    public BulkTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        SchemeIdentifier = Scheme;
        MaximumPayloadBytes = config.GetByteSize("maximum-frame-size") ?? 0;
        _hostname = config.GetString("hostname");
        if (string.IsNullOrEmpty(_hostname)) _hostname = IPAddress.Any.ToString();
        _publicHostname = config.GetString("public-hostname");
        if (string.IsNullOrEmpty(_publicHostname)) _publicHostname = _hostname;
        _port = config.GetInt("port");
        _ipv6 = config.GetBoolean("dns-use-ipv6");
        _connectionTimeout = config.GetTimeSpan("connection-timeout");
        _backlog = config.GetInt("backlog");
        SendBufferBytes = (int)(config.GetByteSize("send-buffer-size") ?? 0);
        ReceiveBufferBytes = (int)(config.GetByteSize("receive-buffer-size") ?? 0);
        Arrived = ArrivedAttachments.Of(system);
    }

    public int SendBufferBytes { get; }

    public int ReceiveBufferBytes { get; }

    public ArrivedAttachments Arrived { get; }

    public override bool IsResponsibleFor(Address remote) => true;

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var address = await ResolveAsync(_hostname).ConfigureAwait(false);
        var server = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            server.Bind(new IPEndPoint(address, _port));
            server.Listen(_backlog);
        }
        catch (SocketException refused)
        {
            server.Dispose();

            // Akka shows the innermost exception, if any: the system's own does not say which address it is about.
            throw new DLedgerStartException($"Address {HostName.WithPort(_hostname, _port)} (bulk port) cannot be listened on: {refused.Message}.");
        }

        _server = server;
        var local = new Address(Scheme, System.Name, HostName.InAddress(_publicHostname), ((IPEndPoint)server.LocalEndPoint!).Port);
        LocalAddress = local;
        _ = _listener.Task.ContinueWith(
            listener => new Thread(() => Accept(server, listener.Result)) { IsBackground = true, Name = "dledger-bulk-accept" }.Start(),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        return (local, _listener);
    }

    private Address? LocalAddress { get; set; }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        Socket? socket = null;
        try
        {
            var address = await ResolveAsync(remoteAddress.Host).ConfigureAwait(false);
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            Prepare(socket);
            using var timeout = new CancellationTokenSource(_connectionTimeout);
            // On a thread of its own: a socket that has once been used asynchronously never blocks in the kernel again.
            var connecting = Task.Factory.StartNew(() => socket.Connect(new IPEndPoint(address, remoteAddress.Port ?? 0)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await connecting.WaitAsync(timeout.Token).ConfigureAwait(false);
            var connection = new BulkConnection(this, socket, LocalAddress!, remoteAddress);
            Add(connection);
            return connection;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket?.Dispose();
            throw new InvalidAssociationException($"{(error is OperationCanceledException ? "Connection timed out" : error.Message)} {remoteAddress}");
        }
    }

    public override Task<bool> Shutdown()
    {
        BulkConnection[] open;
        lock (_gate)
        {
            _closed = true;
            open = [.. _connections];
        }

        lock (_ending) Monitor.PulseAll(_ending);
        _server?.Dispose();
        foreach (var connection in open) connection.Close();
        return Task.FromResult(true);
    }

    public void Forget(BulkConnection connection)
    {
        lock (_gate) _connections.Remove(connection);
    }

    private void Add(BulkConnection connection)
    {
        bool closed;
        lock (_gate)
        {
            closed = _closed;
            if (!closed) _connections.Add(connection);
        }

        if (closed) connection.Close();
    }

    private void Accept(Socket server, IAssociationEventListener listener)
    {
        while (true)
        {
            Socket? socket = null;
            IPEndPoint remote;
            try
            {
                socket = server.Accept();
                Prepare(socket);
                remote = (IPEndPoint)socket.RemoteEndPoint!;
            }
            catch (SocketException) when (!_closed)
            {
                // Whoever came is gone again; or nobody can come for a while, when no more files can be opened.
                if (socket is null) PauseBeforeNext();
                else socket.Dispose();
                continue;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }

            var connection = new BulkConnection(this, socket, LocalAddress!, new Address(Scheme, System.Name, HostName.InAddress(remote.Address.ToString()), remote.Port));
            Add(connection);
            listener.Notify(new InboundAssociation(connection));
        }
    }

    private void PauseBeforeNext()
    {
        lock (_ending)
        {
            if (!_closed) Monitor.Wait(_ending, AcceptAgainAfter);
        }
    }

    private void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (SendBufferBytes > 0) socket.SendBufferSize = SendBufferBytes;
        if (ReceiveBufferBytes > 0) socket.ReceiveBufferSize = ReceiveBufferBytes;
    }

    private async Task<IPAddress> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        var family = _ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var all = await Dns.GetHostAddressesAsync(host, family).ConfigureAwait(false);
        return all.Length > 0 ? all[0] : throw new SocketException((int)SocketError.HostNotFound);
    }
}
