using CsCheck;
using DLedger.Core;
using DLedger.Remoting;
using Google.Protobuf;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Frames, and whole connections, over streams in memory: they know nothing of sockets.</summary>
public sealed class FramesTests : IAsyncLifetime
{
    private const int FrameBytesMax = 1 << 20;

    private readonly TransportPair _transports = new((system, config) => new BulkTransport(system, config));

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _transports.EndAsync();

    [Fact]
    public void Frames_come_back_as_they_were_written_however_their_bytes_are_cut() => Gen.Select(
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 3]).Array[1, FrameWriter.FramesMax], Gen.Int[1, 100], Gen.Bool).Sample(
        (frames, bytesAtOnce, isBulk) =>
        {
            using var pipe = new MemoryPipe(bytesAtOnce);
            var wire = new StreamWire(pipe, pipe);
            Framing framing = isBulk ? new BulkFraming() : new ControlFraming();
            var writer = new FrameWriter(wire, framing);
            foreach (var (size, batches) in frames) writer.Add(Message(size), isBulk ? Attached(batches) : default);
            writer.Send(asked: false);
            wire.End();

            var reader = new FrameReader(wire, framing, FrameBytesMax, () => { });
            foreach (var (size, batches) in frames)
            {
                Assert.Equal(FrameRead.Message, reader.Read(out var message));
                Assert.Equal(Message(size).ToByteArray(), message);
                var attached = isBulk ? Attached(batches) : default;
                Assert.Equal(attached.Bytes, reader.Header.AttachedBytes);
                Assert.Equal(Joined(attached), reader.ReadAttached());
            }

            Assert.Equal(FrameRead.Ended, reader.Read(out _));
        },
        iter: 300);

    [Fact]
    public void A_frame_that_is_cut_off_or_too_large_or_none_is_told_apart()
    {
        Assert.Equal(FrameRead.Ended, ReadOf([5, 0, 0, 0, 0, 0]));
        Assert.Equal(FrameRead.Ended, ReadOf([5, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]));
        Assert.Equal(FrameRead.NoFrame, ReadOf([0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Equal(FrameRead.NoFrame, ReadOf([5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]));
        Assert.Equal(FrameRead.TooLarge, ReadOf([5, 0, 0, 0, 0, 0, 0x10, 0]));
    }

    [Fact]
    public void Before_it_waits_for_bytes_it_says_so()
    {
        using var pipe = new MemoryPipe();
        var wire = new StreamWire(pipe, pipe);
        var writer = new FrameWriter(wire, new BulkFraming());
        for (var i = 0; i < 3; i++) writer.Add(Message(10), default);
        writer.Send(asked: false);
        wire.End();
        var waits = 0;
        var reader = new FrameReader(wire, new BulkFraming(), FrameBytesMax, () => waits++);
        for (var i = 0; i < 3; i++) reader.Read(out _);
        // All three came with the first bytes.
        Assert.Equal(1, waits);
        reader.Read(out _);
        Assert.Equal(2, waits);
    }

    [Fact]
    public async Task A_connection_runs_over_streams_as_over_sockets()
    {
        var far = await _transports.ListenAsync();
        var near = await _transports.ListenAsync();
        using var there = new MemoryPipe(1000);
        using var back = new MemoryPipe(1000);
        var farEnd = ConnectionOver(far, new StreamWire(there, back));
        var nearEnd = ConnectionOver(near, new StreamWire(back, there));
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b25");
        var push = ByteString.CopyFrom(Pdus.To("akka.bulk.tcp://dledger@127.0.0.1:1/user/a", WireSerializer.Id, PushCodec.Name, id.ToByteArray()));
        var attached = Attached(3);
        near.Transport.Outgoing.Put(id, attached);

        Assert.True(nearEnd.Write(ByteString.CopyFrom(Pdus.Associate())));
        Assert.True(nearEnd.Write(push));
        Assert.Equal(Pdus.Associate(), (await far.NextAsync()).ToByteArray());
        Assert.Equal(push, await far.NextAsync());
        Assert.True(far.Transport.Arrived.TryTake(id, out var bytes));
        Assert.Equal(Joined(attached), bytes);

        Assert.True(farEnd.Write(ByteString.CopyFrom(Pdus.Associate())));
        Assert.Equal(Pdus.Associate(), (await near.NextAsync()).ToByteArray());
        TransportPair.Close(nearEnd);
        Assert.True(await far.EndedAsync());
        Assert.True(await near.EndedAsync());
    }

    private static SocketConnection ConnectionOver(Listening end, StreamWire wire)
    {
        var address = TransportPair.AddressOf(end.Transport, end.Port);
        var connection = new SocketConnection(end.Transport, wire, address, address, introduction: null, isMember: true);
        connection.ReadHandlerSource.SetResult(end);
        return connection;
    }

    private static FrameRead ReadOf(byte[] bytes)
    {
        using var pipe = new MemoryPipe();
        pipe.Write(bytes);
        var wire = new StreamWire(pipe, pipe);
        wire.End();
        return new FrameReader(wire, new BulkFraming(), FrameBytesMax, () => { }).Read(out _);
    }

    private static ByteString Message(int size) => ByteString.CopyFrom(Enumerable.Range(size, size).Select(at => (byte)at).ToArray());

    private static Attachment Attached(int batches) => batches == 0
        ? default
        : Attachment.Of([.. Enumerable.Range(1, batches).Select(at => Batch.Entries(Tail.Empty, new Term(at), [new byte[at * 50]]))]);

    private static byte[] Joined(Attachment attached) => [.. (attached.Batches ?? []).SelectMany(batch => batch.Encoded.ToArray())];
}
