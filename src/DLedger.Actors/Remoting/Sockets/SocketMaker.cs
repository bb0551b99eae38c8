using System.Net;
using System.Net.Sockets;

namespace DLedger.Remoting;

/// <summary>Makes the sockets of a transport: one that listens, and those that connect.</summary>
internal sealed class SocketMaker(SocketSettings settings)
{
    /// <summary>Throws a <see cref="SocketException"/> when there is nothing to listen on.</summary>
    public async Task<Socket> ListenAsync()
    {
        var address = await ResolveAsync(settings.Host).ConfigureAwait(false);
        var server = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Akka's own transport: who listens on all addresses is reached by IPv4 as well.
            if (address.Equals(IPAddress.IPv6Any)) server.DualMode = true;
            server.Bind(new IPEndPoint(address, settings.Port));
            server.Listen(settings.Backlog);
            return server;
        }
        catch (SocketException)
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Throws what <see cref="SocketTransport.IsEndOfConnection"/> knows, or <see cref="OperationCanceledException"/> when it took too long.
    /// </summary>
    public async Task<Socket> ConnectAsync(string host, int port)
    {
        var address = await ResolveAsync(host).ConfigureAwait(false);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Prepare(socket);
            using var timeout = new CancellationTokenSource(settings.ConnectionTimeout);

            // On a thread of its own: a socket that has once been used asynchronously never blocks in the kernel again.
            var connecting = Task.Factory.StartNew(
                () => socket.Connect(new IPEndPoint(address, port)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await connecting.WaitAsync(timeout.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sets what every connected socket has.</summary>
    public void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (settings.SendBufferBytes > 0) socket.SendBufferSize = settings.SendBufferBytes;
        if (settings.ReceiveBufferBytes > 0) socket.ReceiveBufferSize = settings.ReceiveBufferBytes;
    }

    private async Task<IPAddress> ResolveAsync(string host)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        var family = settings.PrefersIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var all = await Dns.GetHostAddressesAsync(host, family).ConfigureAwait(false);
        return all.Length > 0 ? all[0] : throw new SocketException((int)SocketError.HostNotFound);
    }
}
