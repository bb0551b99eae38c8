using Akka.Remote.Transport;
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
        Outgoing(near).Put(id, Attachment.Of(batches));

        Assert.True(near.Write(Naming(id)));

        Assert.Equal(Naming(id), await far.NextAsync());
        Assert.True(far.Transport.Arrived.TryTake(id, out var bytes));
        Assert.Equal(batches.SelectMany(batch => batch.Encoded.ToArray()), bytes);
        Assert.False(far.Transport.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task What_is_attached_to_another_message_stays_where_it_is()
    {
        var far = await Transports.ListenAsync();
        var near = await Transports.ConnectAsync(far);
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b22");
        var batch = BatchOf(10);
        Outgoing(near).Put(id, Attachment.Of([batch]));

        near.Write(Message(40));
        near.Write(Naming(Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b24")));
        near.Write(Naming(id));
        near.Write(Naming(id));

        Assert.Equal(Message(40), await far.NextAsync());
        Assert.NotEqual(Naming(id), await far.NextAsync());
        for (var i = 0; i < 2; i++) Assert.Equal(Naming(id), await far.NextAsync());
        Assert.True(far.Transport.Arrived.TryTake(id, out _));
        Assert.False(far.Transport.Arrived.TryTake(id, out _));
    }

    [Fact]
    public async Task Something_attached_to_what_is_no_push_ends_its_connection()
    {
        var far = await Transports.ListenAsync();
        using var stranger = Introduced(far);
        var framing = new BulkFraming();
        var frame = new byte[framing.HeaderBytes + 100];
        framing.WriteHeader(frame, Pdus.Heartbeat.Length, 50);
        Pdus.Heartbeat.CopyTo(frame, framing.HeaderBytes);
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
        Outgoing(near).Put(id, Attachment.Of([batch]));
        near.Write(Naming(id));
        Assert.Equal(Naming(id), await far.NextAsync());
        TransportPair.Close(near);
        Assert.True(await far.EndedAsync());
        Assert.Equal(0, far.Transport.Arrived.Bytes);
    }

    private static ByteString Naming(Guid id) =>
        ByteString.CopyFrom(Pdus.To("akka.bulk.tcp://dledger@127.0.0.1:1/user/a", 20911, PushCodec.Name, [.. id.ToByteArray(), 1, 2, 3, 4]));

    private static OutgoingAttachments Outgoing(AssociationHandle near) => ((SocketConnection)near).Transport.Outgoing;

    private static Batch BatchOf(int bytes) => Batch.Entries(Tail.Empty, new Term(1), [new byte[bytes]]);
}
