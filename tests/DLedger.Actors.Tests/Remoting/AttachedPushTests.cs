using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using CsCheck;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;
using Xunit;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Pushes whose batches travel beside them, from one serializer to another.</summary>
public sealed class AttachedPushTests : IDisposable
{
    private readonly ActorSystem _system;
    private readonly WireSerializer _serializer;
    private readonly OutgoingAttachments _outgoing;
    private readonly ArrivedAttachments _arrived;
    private readonly ArrivedAttachments.Lane _lane;

    public AttachedPushTests()
    {
        _system = ActorSystem.Create("wire", ConfigurationFactory.ParseString("""
            akka.loglevel = WARNING
            akka.stdout-loglevel = WARNING
            akka.remote.dledger-bulk {
              transport-class = "DLedger.Remoting.BulkTransport,DLedger.Actors"
              maximum-frame-size = 1MiB
            }
            """));
        _serializer = new WireSerializer((ExtendedActorSystem)_system);
        _outgoing = OutgoingAttachments.Of(_system);
        _arrived = ArrivedAttachments.Of(_system);
        _lane = _arrived.Open();
    }

    public void Dispose() => _system.Dispose();

    [Fact]
    public void A_push_and_what_is_attached_come_back_as_they_were_sent() => Messages.ByType[typeof(Push)].Sample(
        message =>
        {
            var push = (Push)message;
            var bytes = _serializer.ToBinary(push);
            if (push.Batches.Count == 0) return IdIn(bytes) == Guid.Empty && Same.Holds(push, _serializer.FromBinary(bytes, PushCodec.Name));
            _lane.Put(IdIn(bytes), Left(bytes));
            return _outgoing.IsEmpty && Same.Holds(push, _serializer.FromBinary(bytes, _serializer.Manifest(push)));
        },
        iter: 300,
        threads: 1); // what is left for a push of another thread is here meanwhile

    [Fact]
    public void A_push_sent_twice_has_two_attachments()
    {
        var push = PushOf(10);
        var first = _serializer.ToBinary(push);
        var second = _serializer.ToBinary(push);
        Assert.NotEqual(IdIn(first), IdIn(second));
        // Whichever is written first, each finds its own.
        _lane.Put(IdIn(second), Left(second));
        _lane.Put(IdIn(first), Left(first));
        Assert.IsType<Push>(_serializer.FromBinary(first, PushCodec.Name));
        Assert.IsType<Push>(_serializer.FromBinary(second, PushCodec.Name));
    }

    [Fact]
    public void Another_life_of_a_member_gives_none_of_its_pushes_the_batches_of_an_earlier_life()
    {
        var push = PushOf(10);
        var first = _serializer.ToBinary(push);
        var second = new WireSerializer((ExtendedActorSystem)_system).ToBinary(push);
        Assert.NotEqual(IdIn(first), IdIn(second));
    }

    [Fact]
    public void Pushes_of_several_threads_at_once_find_each_their_own()
    {
        Parallel.For(0, 8, thread =>
        {
            var push = PushOf(thread);
            for (var i = 0; i < 2_000; i++)
            {
                var left = _outgoing.Take(IdIn(_serializer.ToBinary(push)));
                Assert.Same(push.Batches, left.Batches);
            }
        });
        Assert.True(_outgoing.IsEmpty);
    }

    [Fact]
    public void What_was_left_for_messages_that_are_never_written_does_not_stay_for_good()
    {
        var abandoned = _serializer.ToBinary(PushOf(10));
        for (var i = 0; i < OutgoingAttachments.CountMax; i++) _serializer.ToBinary(PushOf(10));
        Assert.Equal(default, _outgoing.Take(IdIn(abandoned)));
        var push = PushOf(10);
        Assert.Same(push.Batches, _outgoing.Take(IdIn(_serializer.ToBinary(push))).Batches);
    }

    [Fact]
    public void What_was_left_and_is_large_does_not_stay_until_there_are_many()
    {
        var outgoing = new OutgoingAttachments();
        var half = new Attachment([], (int)(OutgoingAttachments.BytesMax / 2));
        var (first, second, third) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        outgoing.Put(first, half);
        outgoing.Put(second, half);

        // Both fit. What is taken, or comes again under its id, makes room.
        Assert.Equal(half, outgoing.Take(first));
        outgoing.Put(second, half);
        outgoing.Put(first, half);
        Assert.Equal(half, outgoing.Take(first));
        outgoing.Put(first, half);

        outgoing.Put(third, half);
        Assert.Equal(default, outgoing.Take(first));
        Assert.Equal(default, outgoing.Take(second));
        Assert.Equal(half, outgoing.Take(third));

        // A single one stays, however large.
        var huge = new Attachment([], int.MaxValue);
        outgoing.Put(first, huge);
        Assert.Equal(huge, outgoing.Take(first));
        Assert.True(outgoing.IsEmpty);
    }

    [Fact]
    public void The_newer_of_two_attachments_of_one_id_counts()
    {
        var id = Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b21");
        _lane.Put(id, [1]);
        _lane.Put(id, [2]);
        Assert.True(_arrived.TryTake(id, out var bytes));
        Assert.Equal([2], bytes);
        Assert.False(_arrived.TryTake(id, out _));
    }

    [Fact]
    public void A_push_whose_batches_did_not_come_or_were_taken_is_refused()
    {
        var bytes = _serializer.ToBinary(PushOf(10));
        Assert.Contains("did not come", Refusal(bytes), StringComparison.Ordinal);
        _lane.Put(IdIn(bytes), Left(bytes));
        Assert.IsType<Push>(_serializer.FromBinary(bytes, PushCodec.Name));
        Assert.Contains("did not come", Refusal(bytes), StringComparison.Ordinal);
        Assert.Equal(2, _serializer.Refused);
    }

    [Fact]
    public void Batches_that_are_not_what_the_push_names_are_refused()
    {
        foreach (
            var spoil in new Func<byte[],
            byte[]>[] { bytes => bytes[..^1], bytes => [.. bytes, 0], bytes => [], bytes => [.. bytes[..^1], (byte)~bytes[^1]] })
        {
            var bytes = _serializer.ToBinary(PushOf(10, 0, 3));
            _lane.Put(IdIn(bytes), spoil(Left(bytes)));
            Refusal(bytes);
        }
    }

    [Fact]
    public void Whatever_comes_instead_of_a_push_is_a_refusal_or_a_push() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 200]).Sample(
        (batches, at, value, cut) =>
        {
            var push = PushOf([.. Enumerable.Range(0, batches + 1)]);
            var bytes = _serializer.ToBinary(push);
            var id = IdIn(bytes);
            _lane.Put(id, Left(bytes));
            if (at < bytes.Length) bytes[at] = value;
            var message = _serializer.FromBinary(bytes[..Math.Max(0, bytes.Length - (cut > 100 ? 0 : cut))], PushCodec.Name);
            _arrived.TryTake(id, out _);
            return message is Undecodable or Push;
        },
        iter: 20_000);

    [Fact]
    public void What_is_too_large_is_said_and_leaves_nothing_behind()
    {
        var push = PushOf((1 << 20) - 200);
        Assert.Contains("too large", Assert.Throws<SerializationException>(() => _serializer.ToBinary(push)).Message, StringComparison.Ordinal);
        Assert.True(_outgoing.IsEmpty);
    }

    private static Guid IdIn(byte[] push) => PushCodec.AttachmentOf(push);

    /// <summary>What the serializer left for this push, as it arrives.</summary>
    private byte[] Left(byte[] push) => [.. _outgoing.Take(IdIn(push)).Batches!.SelectMany(batch => batch.Encoded.ToArray())];

    private static Push PushOf(params int[] bodies)
    {
        var tail = Tail.Empty;
        var batches = new List<Batch>();
        foreach (var body in bodies)
        {
            batches.Add(Batch.Entries(tail, new Term(1), [new byte[body]]));
            tail = batches[^1].Tail;
        }

        return new Push(
            new Origin("c", "g", "n", Guid.Parse("5a1c6f6e-0a34-4a0f-9d9a-0d7f6d6a3b21")), new Term(1), 0, LogPoint.Origin, LogIndex.None, batches);
    }

    private string Refusal(byte[] bytes) => Assert.IsType<Undecodable>(_serializer.FromBinary(bytes, PushCodec.Name)).Reason;
}
