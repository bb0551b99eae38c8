using DLedger.Core;
using DLedger.Remoting;
using Google.Protobuf;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>What only the bulk transport has: attachments.</summary>
public sealed class BulkTransportTests() : SocketTransportTests((system, config) => new BulkTransport(system, config))
{
    [Fact]
    public async Task What_is_attached_arrives_beside_its_message_and_is_the_very_bytes()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        var batches = new[] { BatchOf(10), BatchOf(70_000), BatchOf(300_000), BatchOf(0) };
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b21");
        Attachment.Leave(new Attachment(id, batches, batches.Sum(batch => batch.Encoded.Length)));

        Assert.True(near.Write(Naming(id)));

        Assert.Equal(Naming(id), await far.NextAsync());
        Assert.True(far.Transport.Arrived.TryTake(id, out var bytes));
        Assert.Equal(batches.SelectMany(batch => batch.Encoded.ToArray()), bytes);
        Assert.False(far.Transport.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task What_is_attached_to_another_message_is_left_behind()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b22");
        var batch = BatchOf(10);
        Attachment.Leave(new Attachment(id, [batch], batch.Encoded.Length));

        // The message that it belongs to was never written: it was too large, say.
        near.Write(Message(40));
        near.Write(Naming(id));

        Assert.Equal(Message(40), await far.NextAsync());
        Assert.Equal(Naming(id), await far.NextAsync());
        Assert.False(far.Transport.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task Something_attached_to_what_is_no_push_ends_its_connection()
    {
        var far = await Transports.ListenAsync();
        using var stranger = Introduced(far);
        var frame = new byte[24 + 100];
        new BulkFraming().WriteHeader(frame, Pdus.Heartbeat.Length, new Attachment(Attachment.NewId(), [], 50));
        Pdus.Heartbeat.CopyTo(frame, 24);
        stranger.Send(frame);
        await TransportPair.EndOf(stranger);
    }

    [Fact]
    public async Task What_a_connection_brought_and_nobody_read_goes_with_it()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b23");
        var batch = BatchOf(1000);
        Attachment.Leave(new Attachment(id, [batch], batch.Encoded.Length));
        near.Write(Naming(id));
        Assert.Equal(Naming(id), await far.NextAsync());
        TransportPair.Close(near);
        Assert.True(await far.EndedAsync());
        Assert.Equal(0, far.Transport.Arrived.Bytes);
    }

    private static ByteString Naming(Guid id) => ByteString.CopyFrom(Pdus.To("akka.bulk.tcp://dledger@127.0.0.1:1/user/a", 20911, WireManifest.PushAttached, [1, 2, 3, .. id.ToByteArray(), 4]));

    private static Batch BatchOf(int bytes) => Batch.Entries(Tail.Empty, new Term(1), [new byte[bytes]]);
}
