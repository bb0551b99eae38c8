using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;
using DLedger.Remoting;
using Google.Protobuf;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Transports without Akka.Remote over them, so that a test sees each frame; ended together.</summary>
internal sealed class TransportPair(Func<ActorSystem, Config, SocketTransport> make)
{
    public const int FrameBytesMax = 1 << 20;

    private readonly List<ActorSystem> _systems = [];
    private readonly List<SocketTransport> _transports = [];

    /// <summary>One that listens, and hands what it takes to <see cref="Listening"/>.</summary>
    public async Task<Listening> ListenAsync(string hocon = "")
    {
        var system = ActorSystem.Create(
            "dledger", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = WARNING\nakka.loggers = []"));
        _systems.Add(system);
        var transport = make(system, ConfigurationFactory.ParseString($"""
            {hocon}
            """).WithFallback(ConfigurationFactory.ParseString($"""
            hostname = 127.0.0.1
            public-hostname = 127.0.0.1
            port = 0
            dns-use-ipv6 = off
            connection-timeout = 3 s
            backlog = 4096
            send-buffer-size = 256KiB
            receive-buffer-size = 256KiB
            introduction-timeout = 60 s
            maximum-frame-size = {FrameBytesMax}b
            """)));
        _transports.Add(transport);
        var warnings = Channel.CreateUnbounded<string>();
        var writer = warnings.Writer;
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Writing(writer))), typeof(LogEvent));
        var (address, listener) = await transport.Listen();
        var listening = new Listening(transport, address.Port!.Value, warnings.Reader);
        listener.SetResult(listening);
        return listening;
    }

    /// <summary>A connection from a transport of its own, introduced.</summary>
    public async Task<AssociationHandle> ConnectAsync(Listening to, string hocon = "")
    {
        var near = await ListenAsync(hocon);
        var handle = await near.Transport.Associate(AddressOf(near.Transport, to.Port));
        handle.ReadHandlerSource.SetResult(near);
        Assert.True(handle.Write(ByteString.CopyFrom(Pdus.Associate())));
        Assert.Equal(Pdus.Associate(), (await to.NextAsync()).ToByteArray());
        return handle;
    }

    public async Task EndAsync()
    {
        foreach (var transport in _transports) await transport.Shutdown();
        foreach (var system in _systems) await system.Terminate();
    }

    public static Address AddressOf(SocketTransport transport, int port) => new(transport.SchemeIdentifier, "dledger", "127.0.0.1", port);

    public static void Close(AssociationHandle handle)
    {
#pragma warning disable CS0618 // What Akka itself calls in the end.
        handle.Disassociate();
#pragma warning restore CS0618
    }

    /// <summary>A frame as a stranger writes it.</summary>
    public static byte[] Frame(SocketTransport transport, byte[] message, int? claimed = null)
    {
        var frame = new byte[transport.Framing.HeaderBytes + message.Length];
        transport.Framing.WriteHeader(frame, claimed ?? message.Length, attachedBytes: 0);
        message.CopyTo(frame, transport.Framing.HeaderBytes);
        return frame;
    }

    /// <summary>A stranger's connection.</summary>
    public static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>Waits until the other side has closed it.</summary>
    public static async Task EndOf(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[64 << 10]).WaitAsync(Inbox.Deadline) > 0)
            {
                // What was on its way.
            }
        }
        catch (SocketException)
        {
            // Reset: it is closed too.
        }
    }

    private sealed class Writing(ChannelWriter<string> lines) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Warning or Error) lines.TryWrite(((LogEvent)message).Message.ToString()!);
        }
    }
}
