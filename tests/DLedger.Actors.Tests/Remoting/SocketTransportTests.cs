using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using DLedger.Remoting;
using Google.Protobuf;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>What both transports promise: frames arrive whole and in order, and nobody who connects makes this process grow, wait or end.</summary>
public abstract class SocketTransportTests : IAsyncLifetime
{
    private const int FrameBytesMax = TransportPair.FrameBytesMax;

    private protected SocketTransportTests(Func<ActorSystem, Config, SocketTransport> make) => Transports = new TransportPair(make);

    private protected TransportPair Transports { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Transports.EndAsync();

    [Fact]
    public async Task Messages_arrive_whole_and_in_order_whatever_their_sizes()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        int[] sizes = [1, 0, 100, 70_000, 8 << 10, 64 << 10, 300_000, FrameBytesMax - 100, 3];
        foreach (var size in sizes) Assert.True(near.Write(Message(size)));
        foreach (var size in sizes) Assert.Equal(Message(size), await far.NextAsync());
    }

    [Fact]
    public async Task Thousands_of_small_messages_arrive_in_order_both_ways()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        for (var i = 0; i < 5_000; i++) Assert.True(near.Write(Message(i % 300)));
        for (var i = 0; i < 5_000; i++) Assert.Equal(Message(i % 300).Length, (await far.NextAsync()).Length);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_blocks_nobody_who_writes()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var near = await Transports.ListenAsync();
        var handle = await near.Transport.Associate(TransportPair.AddressOf(near.Transport, ((IPEndPoint)silent.LocalEndpoint).Port));
        using var peer = await silent.AcceptSocketAsync();

        // More than all buffers between the two hold.
        const int count = 200;
        for (var i = 0; i < count; i++) Assert.True(handle.Write(Message(400_000 + i)));

        // And nothing is lost or out of order once it reads.
        for (var i = 0; i < count; i++)
            Assert.True((await ReadFrameAsync(near.Transport.Framing.HeaderBytes, peer)).AsSpan().SequenceEqual(Message(400_000 + i).Span));
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_let_go_before_what_waits_for_it_passes_its_bound()
    {
        var far = await Transports.ListenAsync("waiting-bytes-max = 4MiB");
        using var reader = Introduced(far);
        var handle = (SocketConnection)await far.HandleAsync();
        var most = 0L;
        while (handle.Write(Message(100_000))) most = Math.Max(most, handle.WaitingBytes);

        Assert.InRange(most, 1 << 20, 4 << 20);
        Assert.Contains("does not take what is sent to it", await far.WarningAsync(), StringComparison.Ordinal);
        await TransportPair.EndOf(reader);
        await Gone(far);
        Assert.Equal(0, far.Transport.WaitingInAll.Bytes);
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_let_go_for_the_number_of_frames_too()
    {
        var far = await Transports.ListenAsync("waiting-frames-max = 1000");
        using var reader = Introduced(far);
        var handle = await far.HandleAsync();
        // A bound on bytes would never be reached by these; the socket's buffer is full after some thousands.
        var written = 0;
        while (handle.Write(Message(40))) written++;
        Assert.InRange(written, 1_000, 1_000_000);
        await Gone(far);
    }

    [Fact]
    public async Task When_all_together_have_too_much_waiting_the_largest_goes_and_the_others_stay()
    {
        var far = await Transports.ListenAsync("waiting-bytes-in-all-max = 8MiB");
        using var first = Introduced(far);
        var large = (SocketConnection)await far.HandleAsync();
        using var second = Introduced(far);
        var small = (SocketConnection)await far.HandleAsync();
        while (small.WaitingBytes < 2 << 20) Assert.True(small.Write(Message(100_000)));
        while (large.Write(Message(100_000)))
        {
            // Until it is the one that must go.
        }

        await TransportPair.EndOf(first);
        Assert.True(small.Write(Message(1)));
        Assert.InRange(far.Transport.WaitingInAll.Bytes, 2 << 20, 8 << 20);
    }

    [Fact]
    public async Task One_frame_may_always_wait_however_large()
    {
        var far = await Transports.ListenAsync("waiting-bytes-max = 1b");
        using var reader = Introduced(far);
        var handle = await far.HandleAsync();
        Assert.True(handle.Write(Message(FrameBytesMax - 100)));
        await ReadFrameAsync(far.Transport.Framing.HeaderBytes, reader);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_at_all_is_let_go_when_the_time_for_it_is_up()
    {
        var far = await Transports.ListenAsync("stall-limit = 300ms");
        using var reader = Introduced(far);
        var handle = await far.HandleAsync();
        // More than all buffers between the two hold.
        for (var i = 0; i < 20; i++) handle.Write(Message(400_000));
        Assert.True(await far.EndedAsync() || await far.EndedAsync());
        Assert.False(handle.Write(Message(1)));
    }

    [Fact]
    public async Task An_end_is_told_to_the_other_side_after_everything_that_was_written_before()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        for (var i = 0; i < 50; i++) near.Write(Message(100_000));
        TransportPair.Close(near);
        for (var i = 0; i < 50; i++) Assert.Equal(Message(100_000), await far.NextAsync());
        Assert.True(await far.EndedAsync());
        Assert.False(near.Write(Message(1)));
    }

    [Fact]
    public async Task A_transport_that_ends_ends_all_its_connections_also_two_to_one_address_and_takes_none_any_more()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ListenAsync();
        for (var i = 0; i < 2; i++)
        {
            var handle = await near.Transport.Associate(TransportPair.AddressOf(near.Transport, far.Port));
            handle.Write(ByteString.CopyFrom(Pdus.Associate()));
            await far.NextAsync();
        }

        await near.Transport.Shutdown();
        Assert.True(await far.EndedAsync());
        Assert.True(await far.EndedAsync());
        Assert.Throws<SocketException>(() => TransportPair.Connect(near.Port));
    }

    [Fact]
    public async Task A_connection_to_nobody_fails_in_one_line()
    {
        var near = await Transports.ListenAsync();
        var port = Systems.FreePorts(1)[0];
        var failure = await Assert.ThrowsAsync<InvalidAssociationException>(
            () => near.Transport.Associate(TransportPair.AddressOf(near.Transport, port)));
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task Who_has_not_said_who_it_is_has_no_thread_and_nothing_is_allocated_for_what_it_claims()
    {
        var far = await Transports.ListenAsync("half-open-max = 500");
        var sockets = Enumerable.Range(0, 400).Select(_ => TransportPair.Connect(far.Port)).ToArray();
        // The largest frame that may be, claimed and not sent: as a first frame it is refused.
        foreach (var socket in sockets.Take(200)) socket.Send(TransportPair.Frame(far.Transport, [], FrameBytesMax));
        foreach (var socket in sockets.Take(200)) await TransportPair.EndOf(socket);
        Assert.Equal(0, far.Transport.ConnectionCount);
        Assert.InRange(far.Transport.HalfOpenCount, 0, 200);
        var (near, _) = (await Transports.ConnectAsync(far), 0);
        Assert.True(near.Write(Message(5)));
        Assert.Equal(Message(5), await far.NextAsync());
        Assert.Equal(1, far.Transport.ConnectionCount);
        foreach (var socket in sockets) socket.Dispose();
    }

    [Fact]
    public async Task Two_thousand_half_open_connections_leave_room_for_one_that_says_who_it_is()
    {
        var far = await Transports.ListenAsync("half-open-max = 64");
        var sockets = Enumerable.Range(0, 2_000).Select(_ => TransportPair.Connect(far.Port)).ToArray();
        var near = await Transports.ConnectAsync(far);
        Assert.True(near.Write(Message(5)));
        Assert.Equal(Message(5), await far.NextAsync());

        // The first to come were the first to go.
        foreach (var socket in sockets.Take(1_900)) await TransportPair.EndOf(socket);
        Assert.InRange(far.Transport.HalfOpenCount, 0, 64);
        // And one line tells of all of them.
        Assert.Contains("have not said who they are", await far.WarningAsync(), StringComparison.Ordinal);
        Assert.False(far.TryWarning(out _));
        foreach (var socket in sockets) socket.Dispose();
    }

    [Fact]
    public async Task Who_does_not_say_who_it_is_in_time_is_gone()
    {
        var far = await Transports.ListenAsync("introduction-timeout = 200ms");
        using var silent = TransportPair.Connect(far.Port);
        using var slow = TransportPair.Connect(far.Port);
        slow.Send(TransportPair.Frame(far.Transport, Pdus.Associate())[..^1]);
        await TransportPair.EndOf(silent);
        await TransportPair.EndOf(slow);
    }

    [Fact]
    public async Task An_introduction_that_comes_byte_by_byte_is_one()
    {
        var far = await Transports.ListenAsync();
        using var slow = TransportPair.Connect(far.Port);
        foreach (var one in TransportPair.Frame(far.Transport, Pdus.Associate())) slow.Send([one]);
        Assert.Equal(Pdus.Associate(), (await far.NextAsync()).ToByteArray());
    }

    [Fact]
    public async Task Connections_beyond_the_bound_are_refused_and_those_that_are_there_stay()
    {
        var far = await Transports.ListenAsync("connections-max = 20\nmembers-reserve = 2\nmembers = [\"127.0.0.1:5000\"]");
        var inside = Enumerable.Range(0, 18).Select(_ => Introduced(far)).ToArray();
        foreach (var _ in inside) await far.HandleAsync();
        using (var refused = Introduced(far)) await TransportPair.EndOf(refused);

        // The reserve is for members.
        using var member = Introduced(far, Pdus.Associate(port: 5000));
        await far.HandleAsync();
        Assert.Equal(19, far.Transport.ConnectionCount);

        // A place that becomes free is given again.
        inside[0].Dispose();
        await Gone(far);
        using var next = Introduced(far);
        await far.HandleAsync();
        foreach (var socket in inside) socket.Dispose();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(FrameBytesMax + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public async Task A_frame_that_cannot_be_ends_its_connection_and_no_other(int bytes)
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        using var stranger = TransportPair.Connect(far.Port);
        stranger.Send(TransportPair.Frame(far.Transport, [], bytes));
        await TransportPair.EndOf(stranger);
        using var introduced = Introduced(far);
        await far.NextAsync();
        introduced.Send(TransportPair.Frame(far.Transport, [], bytes));
        await TransportPair.EndOf(introduced);

        near.Write(Message(5));
        Assert.Equal(Message(5), await far.NextAsync());
    }

    [Fact]
    public async Task A_frame_over_the_limit_is_told_once_with_the_key_and_both_sizes()
    {
        var far = await Transports.ListenAsync();
        for (var i = 0; i < 3; i++)
        {
            using var other = Introduced(far);
            other.Send(TransportPair.Frame(far.Transport, [], FrameBytesMax + 77));
            await TransportPair.EndOf(other);
        }

        var warning = await far.WarningAsync();
        Assert.Contains($"a frame of {FrameBytesMax + 77} bytes", warning, StringComparison.Ordinal);
        Assert.Contains($"{far.Transport.Path}.maximum-frame-size is {FrameBytesMax} bytes", warning, StringComparison.Ordinal);
        Assert.Contains("max-entry-size", warning, StringComparison.Ordinal);
        Assert.False(far.TryWarning(out _));
    }

    public static TheoryData<string, byte[]> Strangers => new()
    {
        { "a request before an introduction", Pdus.To("akka.tcp://dledger@127.0.0.1:9001/user/dledger/g", 20911, "s1", []) },
        { "a heartbeat before an introduction", Pdus.Heartbeat },
        { "colours in the system", Pdus.Associate(system: "\u001b[31mred") },
        { "colours in the host", Pdus.Associate(host: "\u001b]0;title\u0007") },
        { "a new line in the host", Pdus.Associate(host: "a\nb") },
        { "a protocol that is none", Pdus.Associate(protocol: "akka.tcp\r") },
        { "letters of another alphabet", Pdus.Associate(host: "ехample") },
        { "a long host", Pdus.Associate(host: new string('h', 256)) },
        { "no host", Pdus.Associate(host: "") },
        { "no port", Pdus.Associate(port: 0) },
        { "a port that is none", Pdus.Associate(port: 65_536) },
        { "bytes", [0xff, 0xff, 0xff, 0xff, 0xff] },
        { "text", "GET / HTTP/1.1\r\n\r\n"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Whoever_introduces_itself_with_something_else_is_gone_and_one_clean_line_tells(string what, byte[] first)
    {
        var far = await Transports.ListenAsync();
        using var stranger = TransportPair.Connect(far.Port);
        stranger.Send(TransportPair.Frame(far.Transport, first));
        await TransportPair.EndOf(stranger);
        var warning = await far.WarningAsync();
        Assert.True(warning.All(c => c is >= ' ' and <= '~'), $"{what}: {warning}");
        Assert.Equal(0, far.Transport.ConnectionCount);
    }

    [Fact]
    public async Task A_log_line_tells_of_many_bad_frames_whatever_ports_they_come_from()
    {
        var far = await Transports.ListenAsync();
        for (var i = 0; i < 50; i++)
        {
            using var stranger = TransportPair.Connect(far.Port);
            stranger.Send(TransportPair.Frame(far.Transport, "hello"u8.ToArray()));
            await TransportPair.EndOf(stranger);
        }

        await far.WarningAsync();
        Assert.False(far.TryWarning(out _));
    }

    [Fact]
    public async Task Random_and_mutated_frames_end_at_most_their_own_connection()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        byte[][] good =
        [
            Pdus.Associate(), Pdus.Heartbeat, Message(50).ToByteArray(),
            Pdus.To("akka.tcp://dledger@127.0.0.1:9001/user/dledger/g", 20911, "r1", new byte[17], "akka.tcp://app@127.0.0.1:4711/temp/a"),
            Pdus.ToSelection("akka.tcp://dledger@127.0.0.1:9001/", ["user", "dledger", "g"], 20911, "a1", new byte[30]),
        ];
        var random = new Random(17);
        for (var i = 0; i < 600; i++)
        {
            using var stranger = i % 2 == 0 ? TransportPair.Connect(far.Port) : Introduced(far);
            for (var j = 0; j < 4; j++)
            {
                var frame = TransportPair.Frame(far.Transport, good[random.Next(good.Length)]);
                for (var k = random.Next(4); k > 0; k--) frame[random.Next(frame.Length)] = (byte)random.Next(256);
                try
                {
                    stranger.Send(frame.AsSpan(0, random.Next(3) == 0 ? random.Next(frame.Length) : frame.Length));
                }
                catch (SocketException)
                {
                    // Closed already.
                }
            }
        }

        near.Write(Message(12_345));
        while ((await far.NextAsync()).Length != Message(12_345).Length)
        {
            // What of all that was good.
        }
    }

    [Fact]
    public async Task A_write_that_ends_in_an_unforeseen_exception_ends_the_connection_and_not_only_that_write()
    {
        var far = await Transports.ListenAsync();
        var address = TransportPair.AddressOf(far.Transport, 1);
        using var connection = new SocketConnection(far.Transport, new BrokenWire(), address, address, introduction: null, isMember: false);
        Assert.Throws<NotSupportedException>(() => connection.Write(Message(1)));
        // It left the connection as one that is being sent on: later writes waited for ever.
        Assert.False(connection.Write(Message(1)));
        Assert.Equal(0, connection.WaitingBytes);
    }

    private sealed class BrokenWire : IWire
    {
        public int Receive(Span<byte> into) => 0;

        public bool MaySendAtOnce(int bytes) => true;

        public void Send(List<ArraySegment<byte>> segments, bool asked) => throw new NotSupportedException("nobody thought of this");

        public void End()
        {
        }
    }

    /// <summary>A stranger's connection that has said who it is.</summary>
    private protected static Socket Introduced(Listening far, byte[]? associate = null)
    {
        var socket = TransportPair.Connect(far.Port);
        socket.Send(TransportPair.Frame(far.Transport, associate ?? Pdus.Associate()));
        return socket;
    }

    private protected static ByteString Message(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return ByteString.CopyFrom(Pdus.To("akka.tcp://dledger@127.0.0.1:1/user/a", 4, "", bytes));
    }

    private static async Task Gone(Listening far)
    {
        while (!await far.EndedAsync())
        {
            // What came before the end.
        }
    }

    private static async Task<byte[]> ReadFrameAsync(int headerBytes, Socket peer)
    {
        var header = new byte[headerBytes];
        await ReadAsync(peer, header);
        var message = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await ReadAsync(peer, message);
        return message;
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
}
