using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;
using Google.Protobuf;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

public sealed class BulkTransportTests : IAsyncLifetime
{
    private const int FrameBytesMax = 1 << 20;
    private readonly List<ActorSystem> _systems = [];
    private readonly List<BulkTransport> _transports = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var transport in _transports) await transport.Shutdown();
        foreach (var system in _systems) await system.Terminate();
    }

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_whatever_their_sizes()
    {
        var (near, far) = await ConnectAsync();
        int[] sizes = [1, 0, 100, 70_000, 8 << 10, (8 << 10) - 24, FrameBytesMax, 3];
        foreach (var size in sizes) Assert.True(near.Write(Message(size)));
        foreach (var size in sizes) Assert.Equal(Message(size), await far.NextAsync());
    }

    [Fact]
    public async Task What_is_attached_arrives_beside_its_message_and_is_the_very_bytes()
    {
        var (near, far) = await ConnectAsync();
        var batches = new[] { BatchOf(10), BatchOf(70_000), BatchOf(0) };
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b21");
        Attachment.Leave(new Attachment(id, batches, batches.Sum(batch => batch.Encoded.Length)));

        Assert.True(near.Write(Naming(id)));

        Assert.Equal(Naming(id), await far.NextAsync());
        Assert.True(far.Arrived.TryTake(id, out var bytes));
        Assert.Equal(batches.SelectMany(batch => batch.Encoded.ToArray()), bytes);
        Assert.False(far.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task What_is_attached_to_another_message_is_left_behind()
    {
        var (near, far) = await ConnectAsync();
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b22");
        var batch = BatchOf(10);
        Attachment.Leave(new Attachment(id, [batch], batch.Encoded.Length));

        // The message that it belongs to was never written: it was too large, say.
        near.Write(Message(40));
        near.Write(Naming(id));

        Assert.Equal(Message(40), await far.NextAsync());
        Assert.Equal(Naming(id), await far.NextAsync());
        Assert.False(far.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task A_peer_that_does_not_read_blocks_nobody_who_writes()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var transport = await TransportAsync();
        var handle = await transport.Associate(AddressOf(((IPEndPoint)silent.LocalEndpoint).Port));
        using var peer = await silent.AcceptSocketAsync();

        // More than all buffers between the two hold.
        const int count = 200;
        for (var i = 0; i < count; i++) Assert.True(handle.Write(Message(400_000 + i)));

        // And nothing is lost or out of order once it reads.
        for (var i = 0; i < count; i++) Assert.Equal(400_000 + i, await ReadFrameAsync(peer));
    }

    [Fact]
    public async Task An_end_is_told_to_the_other_side_after_everything_that_was_written_before()
    {
        var (near, far) = await ConnectAsync();
        for (var i = 0; i < 50; i++) near.Write(Message(100_000));
        Close(near);
        for (var i = 0; i < 50; i++) Assert.Equal(100_000, (await far.NextAsync()).Length);
        Assert.True(await far.EndedAsync());
        Assert.False(near.Write(Message(1)));
    }

    [Fact]
    public async Task A_transport_that_ends_ends_all_its_connections_also_two_to_one_address()
    {
        var listening = await TransportAsync();
        var (address, listener) = _listened[listening];
        var far = new Listening(listening.Arrived, address.Port!.Value);
        listener.SetResult(far);
        var transport = await TransportAsync();
        var first = await transport.Associate(AddressOf(far.Port));
        await transport.Associate(AddressOf(far.Port));
        Close(first);
        Assert.True(await far.EndedAsync());
        await transport.Shutdown();
        Assert.True(await far.EndedAsync());
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(FrameBytesMax + 1, 0)]
    [InlineData(FrameBytesMax, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public async Task A_frame_that_cannot_be_ends_its_connection_and_no_other(int messageBytes, int attachedBytes)
    {
        var (near, far) = await ConnectAsync();
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await stranger.ConnectAsync(IPAddress.Loopback, far.Port);
        var header = new byte[24];
        BinaryPrimitives.WriteInt32LittleEndian(header, messageBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), attachedBytes);
        await stranger.SendAsync(header);
        // It is closed.
        try
        {
            Assert.Equal(0, await stranger.ReceiveAsync(new byte[1]));
        }
        catch (SocketException reset)
        {
            Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        }

        near.Write(Message(5));
        Assert.Equal(Message(5), await far.NextAsync());
    }

    [Fact]
    public async Task A_connection_to_nobody_fails_in_one_line()
    {
        var transport = await TransportAsync();
        var port = Systems.FreePorts(1)[0];
        var failure = await Assert.ThrowsAsync<InvalidAssociationException>(() => transport.Associate(AddressOf(port)));
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Attachments_whose_messages_never_come_make_way_for_others()
    {
        var arrived = new ArrivedAttachments();
        var ids = Enumerable.Range(0, 200).Select(i => new Guid(i, 0, 0, new byte[8])).ToArray();
        foreach (var id in ids) arrived.Put(id, new byte[1 << 20]);
        Assert.False(arrived.TryTake(ids[0], out _));
        Assert.True(arrived.TryTake(ids[^1], out _));
        Assert.Equal(63, ids.Count(id => arrived.TryTake(id, out _)));
    }

    private static ByteString Message(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static ByteString Naming(Guid id) => ByteString.CopyFrom([1, 2, 3, .. id.ToByteArray(), 4]);

    private static Batch BatchOf(int bytes) => Batch.Entries(Tail.Empty, new Term(1), [new byte[bytes]]);

    private static Address AddressOf(int port) => new(BulkTransport.Scheme, "dledger", "127.0.0.1", port);

    private static void Close(AssociationHandle handle)
    {
#pragma warning disable CS0618 // What Akka itself calls in the end.
        handle.Disassociate();
#pragma warning restore CS0618
    }

    private static async Task<int> ReadFrameAsync(Socket peer)
    {
        var header = new byte[24];
        await ReadAsync(peer, header);
        var message = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await ReadAsync(peer, message);
        Assert.Equal(Message(message.Length).ToByteArray(), message);
        return message.Length;
    }

    private static async Task ReadAsync(Socket peer, byte[] into)
    {
        for (var done = 0; done < into.Length;)
        {
            var got = await peer.ReceiveAsync(into.AsMemory(done)).AsTask().WaitAsync(Inbox.Deadline);
            Assert.True(got > 0, "It ended.");
            done += got;
        }
    }

    private async Task<(AssociationHandle Near, Listening Far)> ConnectAsync()
    {
        var listening = await TransportAsync();
        var (address, listener) = _listened[listening];
        var far = new Listening(listening.Arrived, address.Port!.Value);
        listener.SetResult(far);
        var near = await (await TransportAsync()).Associate(AddressOf(far.Port));
        return (near, far);
    }

    private readonly Dictionary<BulkTransport, (Address, TaskCompletionSource<IAssociationEventListener>)> _listened = [];

    private async Task<BulkTransport> TransportAsync()
    {
        var system = ActorSystem.Create("dledger", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = OFF"));
        _systems.Add(system);
        var transport = new BulkTransport(system, ConfigurationFactory.ParseString($"""
            hostname = 127.0.0.1
            public-hostname = 127.0.0.1
            port = 0
            dns-use-ipv6 = off
            connection-timeout = 3 s
            backlog = 16
            send-buffer-size = 256KiB
            receive-buffer-size = 256KiB
            maximum-frame-size = {FrameBytesMax}b
            """));
        _transports.Add(transport);
        _listened.Add(transport, await transport.Listen());
        return transport;
    }

    /// <summary>The far end: takes every connection and keeps what comes.</summary>
    private sealed class Listening(ArrivedAttachments arrived, int port) : IAssociationEventListener, IHandleEventListener
    {
        private readonly Channel<IHandleEvent> _events = Channel.CreateUnbounded<IHandleEvent>();

        public ArrivedAttachments Arrived => arrived;

        public int Port => port;

        public void Notify(IAssociationEvent ev) => ((InboundAssociation)ev).Association.ReadHandlerSource.SetResult(this);

        public void Notify(IHandleEvent ev) => _events.Writer.TryWrite(ev);

        public async Task<ByteString> NextAsync()
        {
            while (await _events.Reader.ReadAsync().AsTask().WaitAsync(Inbox.Deadline) is { } next)
            {
                // Of another connection that has ended.
                if (next is InboundPayload payload) return payload.Payload;
            }

            throw new InvalidOperationException("Nothing came.");
        }

        public async Task<bool> EndedAsync() => await _events.Reader.ReadAsync().AsTask().WaitAsync(Inbox.Deadline) is Disassociated;
    }
}
