using System.Runtime.Serialization;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>What members say to each other: origin and term first, then the message's own fields in the order of its record.</summary>
internal sealed partial class WireSerializer
{
    private const int RunBytes = 8 + 8 + 8;

    private static void EncodeHead(PeerMessage message, ref WireWriter writer)
    {
        if (message.Origin is null) throw new SerializationException($"{message.GetType().Name} without an origin.");
        writer.Name(message.Origin.ClusterId);
        writer.Name(message.Origin.Group);
        writer.Name(message.Origin.NodeId);
        writer.Guid(message.Origin.Store);
        writer.I64(message.Term.Value);
    }

    private static void EncodeGreeting(Greeting greeting, ref WireWriter writer)
    {
        EncodeNames(greeting.Founders, ref writer);
        writer.I32(greeting.Known.Count);
        for (var i = 0; i < greeting.Known.Count; i++)
        {
            writer.Name(greeting.Known[i].Id);
            writer.Guid(greeting.Known[i].StoreId);
        }

        writer.Bool(greeting.IsFounded);
        EncodeNames(greeting.Accepts, ref writer);
        writer.Point(greeting.Tail);
        writer.Point(greeting.Floor);
        writer.I64(greeting.MaxEntryBytes);
        writer.I64(greeting.BatchBytesMax);
    }

    private static Greeting DecodeGreeting(ref WireReader reader)
    {
        var founders = DecodeNames(ref reader);
        var known = new MemberLife[reader.Count(1 + 16)];
        for (var i = 0; i < known.Length && reader.Problem is null; i++) known[i] = new MemberLife(reader.Name(), reader.Guid());
        return new Greeting(founders, known, reader.Bool(), DecodeNames(ref reader), reader.Point(), reader.Point(), reader.Number(), reader.Number());
    }

    private static void EncodeNames(IReadOnlyList<string> names, ref WireWriter writer)
    {
        writer.I32(names.Count);
        for (var i = 0; i < names.Count; i++) writer.Name(names[i]);
    }

    private static string[] DecodeNames(ref WireReader reader)
    {
        var names = new string[reader.Count(1)];
        for (var i = 0; i < names.Length; i++) names[i] = reader.Name();
        return names;
    }

    private static void EncodeAttached(Push push, Attachment attachment, ref WireWriter writer)
    {
        EncodeHead(push, ref writer);
        writer.I64(push.Round);
        writer.Point(push.Previous);
        writer.I64(push.Committed.Value);
        writer.Guid(attachment.Id);
        writer.I32(push.Batches.Count);
        for (var i = 0; i < push.Batches.Count; i++) writer.I32(push.Batches[i].Encoded.Length);
    }

    private static void EncodePeer(PeerMessage message, ref WireWriter writer)
    {
        EncodeHead(message, ref writer);
        switch (message)
        {
            case Push push:
                writer.I64(push.Round);
                writer.Point(push.Previous);
                writer.I64(push.Committed.Value);
                writer.I32(push.Batches.Count);
                for (var i = 0; i < push.Batches.Count; i++) writer.Bytes(push.Batches[i].Encoded);
                break;
            case PushAck ack:
                writer.I64(ack.Flushed.Value);
                break;
            case PushRefused refused:
                writer.I64(refused.Round);
                writer.Point(refused.Last);
                break;
            case Heartbeat heartbeat:
                writer.I64(heartbeat.Round);
                break;
            case HeartbeatReply reply:
                writer.I64(reply.Round);
                writer.Bool(reply.Healthy);
                break;
            case Compare compare:
                writer.I64(compare.Round);
                writer.Point(compare.Base);
                writer.I32(compare.Runs.Count);
                for (var i = 0; i < compare.Runs.Count; i++)
                {
                    writer.I64(compare.Runs[i].Term.Value);
                    writer.I64(compare.Runs[i].First.Value);
                    writer.I64(compare.Runs[i].Last.Value);
                }

                break;
            case Compared compared:
                writer.I64(compared.Round);
                writer.Bool(compared.Match is not null);
                if (compared.Match is { } match) writer.Point(match);
                writer.Tail(compared.Base);
                writer.Point(compared.Last);
                break;
            case Truncate truncate:
                writer.I64(truncate.Round);
                writer.Point(truncate.Keep);
                writer.Point(truncate.Reported);
                break;
            case Truncated truncated:
                writer.I64(truncated.Round);
                writer.Bool(truncated.Done);
                writer.Point(truncated.Last);
                break;
            case Install install:
                writer.I64(install.Round);
                writer.Tail(install.Base);
                break;
            case Installed installed:
                writer.I64(installed.Round);
                writer.Tail(installed.Base);
                break;
            case PreVoteRequest request:
                writer.I64(request.Proposed.Value);
                writer.Point(request.Last);
                break;
            case PreVoteReply reply:
                writer.I64(reply.Proposed.Value);
                writer.Bool(reply.Granted);
                break;
            case VoteRequest request:
                writer.Point(request.Last);
                writer.Bool(request.Transfer);
                break;
            case VoteReply reply:
                writer.I64(reply.Requested.Value);
                writer.Bool(reply.Granted);
                break;
            case Hello hello:
                writer.I64(hello.Nonce);
                break;
            case HelloReply reply:
                writer.I64(reply.Nonce);
                EncodeGreeting(reply.Greeting, ref writer);
                break;
            case TimeoutNow:
                break;
            default:
                throw new SerializationException($"{message.GetType().FullName} is not a DLedger message.");
        }
    }

    private PeerMessage? DecodePeer(string manifest, ref WireReader reader)
    {
        // An unknown manifest says nothing about its bytes, so they are left alone.
        if (manifest.Length is < 2 or > 3 || !char.IsAsciiLetterUpper(manifest[0])) return null;
        var origin = new Origin(reader.Name(), reader.Name(), reader.Name(), reader.Guid());
        var term = reader.Term();
        return manifest switch
        {
            WireManifest.Push => new Push(origin, term, reader.I64(), reader.Point(), reader.Index(), DecodeBatches(ref reader)),
            WireManifest.PushAttached => new Push(origin, term, reader.I64(), reader.Point(), reader.Index(), DecodeAttached(ref reader)),
            WireManifest.PushAck => new PushAck(origin, term, reader.Index()),
            WireManifest.PushRefused => new PushRefused(origin, term, reader.I64(), reader.Point()),
            WireManifest.Heartbeat => new Heartbeat(origin, term, reader.I64()),
            WireManifest.HeartbeatReply => new HeartbeatReply(origin, term, reader.I64(), reader.Bool()),
            WireManifest.Compare => new Compare(origin, term, reader.I64(), reader.Point(), DecodeRuns(ref reader)),
            WireManifest.Compared => new Compared(origin, term, reader.I64(), reader.Bool() ? reader.Point() : null, reader.Tail(), reader.Point()),
            WireManifest.Truncate => new Truncate(origin, term, reader.I64(), reader.Point(), reader.Point()),
            WireManifest.Truncated => new Truncated(origin, term, reader.I64(), reader.Bool(), reader.Point()),
            WireManifest.Install => new Install(origin, term, reader.I64(), reader.Tail()),
            WireManifest.Installed => new Installed(origin, term, reader.I64(), reader.Tail()),
            WireManifest.PreVoteRequest => new PreVoteRequest(origin, term, reader.Term(), reader.Point()),
            WireManifest.PreVoteReply => new PreVoteReply(origin, term, reader.Term(), reader.Bool()),
            WireManifest.VoteRequest => new VoteRequest(origin, term, reader.Point(), reader.Bool()),
            WireManifest.VoteReply => new VoteReply(origin, term, reader.Term(), reader.Bool()),
            WireManifest.TimeoutNow => new TimeoutNow(origin, term),
            WireManifest.Hello => new Hello(origin, term, reader.I64()),
            WireManifest.HelloReply => new HelloReply(origin, term, reader.I64(), DecodeGreeting(ref reader)),
            _ => null,
        };
    }

    private Batch[] DecodeAttached(ref WireReader reader)
    {
        var id = reader.Guid();
        var batches = new Batch[reader.Count(LengthBytes)];
        ReadOnlyMemory<byte> attached = default;
        if (reader.Problem is null)
        {
            if (_arrived.TryTake(id, out var bytes)) attached = bytes;
            else reader.Refuse("its batches did not come with it");
        }

        for (var i = 0; i < batches.Length && reader.Problem is null; i++)
        {
            var length = reader.I32();
            if (length < 0 || length > attached.Length || !Batch.TryDecode(attached[..length], out batches[i])) reader.Refuse("a damaged batch");
            else attached = attached[length..];
        }

        if (attached.Length > 0) reader.Refuse("more batches than it names");
        return batches;
    }

    private static Batch[] DecodeBatches(ref WireReader reader)
    {
        var batches = new Batch[reader.Count(LengthBytes + Batch.HeaderBytes)];
        for (var i = 0; i < batches.Length && reader.Problem is null; i++)
        {
            // The CRC goes over the very bytes that the leader wrote to its disk.
            if (!Batch.TryDecode(reader.Bytes(), out batches[i])) reader.Refuse("a damaged batch");
        }

        return batches;
    }

    private static TermRun[] DecodeRuns(ref WireReader reader)
    {
        var runs = new TermRun[reader.Count(RunBytes)];
        for (var i = 0; i < runs.Length && reader.Problem is null; i++) runs[i] = new TermRun(reader.Term(), reader.Index(), reader.Index());
        return runs;
    }
}
