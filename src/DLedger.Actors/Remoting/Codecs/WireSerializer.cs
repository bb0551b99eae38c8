using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Carries every <see cref="DLedgerMessage"/>, <see cref="PeerMessage"/> and <see cref="LinkMessage"/>, each by its <see cref="MessageCodec"/>:
/// little-endian binary written by hand, versioned manifests, one exact array per message.
/// </summary>
/// <remarks>
/// Sending: what does not fit a frame, or cannot be written, throws <see cref="SerializationException"/>, which the sender's remoting logs; without
/// that Akka drops it in silence. Receiving: nothing throws. What is not a message becomes <see cref="Undecodable"/> and is counted in <see
/// cref="Refused"/>. Bodies and batches are slices of the received array.
/// </remarks>
internal sealed class WireSerializer : SerializerWithStringManifest
{
    public const int Id = 20911;

    /// <summary>What Akka.Remote puts around a payload: paths of receiver and sender, manifest, sequence numbers.</summary>
    public const int EnvelopeBytesMax = 2048;

    private const string BulkTransportKey = $"{BulkTransport.ConfigPath}.transport-class";

    private readonly string _controlFrameKey;
    private readonly long _controlPayloadMax;
    private readonly long _bulkPayloadMax;
    private readonly WireContext _context;
    private readonly OutgoingAttachments? _outgoing;
    private long _refused;

    public WireSerializer(ExtendedActorSystem system)
        : base(system)
    {
        var config = system.Settings.Config;
        _controlFrameKey = StockTransport.ControlFrameKey(config);
        _controlPayloadMax = PayloadMax(config, _controlFrameKey) ?? int.MaxValue;
        _bulkPayloadMax = PayloadMax(config, BulkTransport.FrameKey) ?? _controlPayloadMax;
        _context = new WireContext(ArrivedAttachments.Of(system), new KnownOrigins());

        // Any other transport in its place carries what is in a message, and nothing beside it.
        var bulk = config.GetString(BulkTransportKey, "");
        if (bulk.StartsWith(typeof(BulkTransport).FullName!, StringComparison.Ordinal)) _outgoing = OutgoingAttachments.Of(system);
    }

    public override int Identifier => Id;

    /// <summary>How many inputs were not messages, since the start of the system.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The largest client message that this system can send or receive, in bytes.</summary>
    public long ControlPayloadMax => _controlPayloadMax;

    public override string Manifest(object o) => MessageCodecs.Of(o).Manifest;

    public override byte[] ToBinary(object obj)
    {
        var codec = MessageCodecs.Of(obj);
        if (_outgoing is null || obj is not Push { Batches.Count: > 0 } push) return Encode(codec, obj, Guid.Empty, 0);
        var attachment = Attachment.Of(push.Batches);
        var id = Attachment.NewId();
        var bytes = Encode(codec, obj, id, attachment.Bytes);
        _outgoing.Put(id, attachment);
        return bytes;
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (bytes is null || manifest is null) return Refuse(manifest, "nothing was given");
        // Its bytes are left alone: a name that is not known says nothing of them.
        if (MessageCodecs.Named(manifest) is not { } codec) return Refuse(manifest, Undecodable.UnknownName);
        var reader = new RecordReader(bytes);
        var message = codec.Read(_context, ref reader);
        if (reader.Problem is not null) return Refuse(manifest, reader.Problem);
        return reader.Left > 0 ? Refuse(manifest, $"{reader.Left} bytes too many") : message;
    }

    /// <param name="codec">Of the message.</param>
    /// <param name="message">What to write.</param>
    /// <param name="attachmentId">Of what is attached to it; empty for nothing.</param>
    /// <param name="attachedBytes">How much that is.</param>
    private byte[] Encode(MessageCodec codec, object message, Guid attachmentId, long attachedBytes)
    {
        var counting = RecordWriter.Counting();
        codec.Write(message, attachmentId, ref counting);
        var size = counting.Position;
        CheckFits(message, size, attachedBytes);
        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        var writer = RecordWriter.Into(bytes);
        codec.Write(message, attachmentId, ref writer);
        if (writer.Position != size) throw new SerializationException($"{message.GetType().Name} was changed while it was being written.");
        return bytes;
    }

    private void CheckFits(object message, long size, long attachedBytes)
    {
        var isBulk = message is PeerMessage peer && PeerRoles.IsBulk(peer);
        var (limit, key) = isBulk ? (_bulkPayloadMax, BulkTransport.FrameKey) : (_controlPayloadMax, _controlFrameKey);
        if (size + attachedBytes <= limit) return;
        throw new SerializationException(
            $"{message.GetType().Name} of {size + attachedBytes} bytes is too large for {key}, which leaves {limit} bytes: "
            + "send less at once, or raise it on both sides.");
    }

    private Undecodable Refuse(string? manifest, string reason)
    {
        Interlocked.Increment(ref _refused);
        return new Undecodable(Printable(manifest), reason);
    }

    /// <summary>The manifest comes from outside and ends in logs: short, and without control characters.</summary>
    private static string Printable(string? manifest)
    {
        if (string.IsNullOrEmpty(manifest)) return "";
        var shown = manifest.Length > 16 ? manifest[..16] : manifest;
        return shown.All(char.IsAsciiLetterOrDigit) ? shown : new string(shown.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '?').ToArray());
    }

    private static long? PayloadMax(Config config, string key) =>
        config.HasPath(key) ? Math.Max(0, (config.GetByteSize(key) ?? 0) - EnvelopeBytesMax) : null;
}
