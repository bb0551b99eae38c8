using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>
/// Carries every <see cref="DLedgerMessage"/>, <see cref="PeerMessage"/> and <see cref="LinkMessage"/>: little-endian binary written by hand, versioned manifests, one exact array per message.
/// </summary>
/// <remarks>
/// Sending: what does not fit a frame, or cannot be written, throws <see cref="SerializationException"/>, which the sender's remoting logs; without that Akka drops it in silence.
/// Receiving: nothing throws. What is not a message becomes <see cref="Undecodable"/> and is counted in <see cref="Refused"/>. Bodies and batches are slices of the received array.
/// </remarks>
internal sealed partial class WireSerializer : SerializerWithStringManifest
{
    public const int Id = 20911;

    /// <summary>What Akka.Remote puts around a payload: paths of receiver and sender, manifest, sequence numbers.</summary>
    public const int EnvelopeBytesMax = 2048;

    private const string BulkTransportKey = $"{BulkTransport.ConfigPath}.transport-class";

    private readonly string _controlFrameKey;
    private readonly long _controlPayloadMax;
    private readonly long _bulkPayloadMax;
    private readonly ArrivedAttachments _arrived;
    private readonly bool _attaches;
    private long _refused;

    public WireSerializer(ExtendedActorSystem system)
        : base(system)
    {
        _controlFrameKey = StockTransport.ControlFrameKey(system.Settings.Config);
        _controlPayloadMax = PayloadMax(system.Settings.Config, _controlFrameKey) ?? int.MaxValue;
        _bulkPayloadMax = PayloadMax(system.Settings.Config, BulkTransport.FrameKey) ?? _controlPayloadMax;
        _arrived = ArrivedAttachments.Of(system);
        _attaches = system.Settings.Config.GetString(BulkTransportKey, "").StartsWith(typeof(BulkTransport).FullName!, StringComparison.Ordinal);
    }

    public override int Identifier => Id;

    /// <summary>How many inputs were not messages, since the start of the system.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>The largest client message that this system can send or receive, in bytes.</summary>
    public long ControlPayloadMax => _controlPayloadMax;

    public override byte[] ToBinary(object obj)
    {
        var attachment = _attaches && obj is Push { Batches.Count: > 0 } push ? Attach(push) : null;
        if (_attaches) Attachment.Leave(null);
        var counting = WireWriter.Counting();
        Encode(obj, attachment, ref counting);
        var size = counting.Position;
        var bulk = obj is Push;
        var limit = bulk ? _bulkPayloadMax : _controlPayloadMax;
        if (size + (attachment?.Bytes ?? 0) > limit)
        {
            throw new SerializationException(
                $"{obj.GetType().Name} of {size} bytes is too large for {(bulk ? BulkTransport.FrameKey : _controlFrameKey)}, which leaves {limit} bytes: send less at once, or raise it on both sides.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        var writer = WireWriter.Into(bytes);
        Encode(obj, attachment, ref writer);
        if (writer.Position != size) throw new SerializationException($"{obj.GetType().Name} was changed while it was being written.");
        if (attachment is not null) Attachment.Leave(attachment);
        return bytes;
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (bytes is null || manifest is null) return Refuse(manifest, "nothing was given");
        var reader = new WireReader(bytes);
        var message = Decode(manifest, ref reader);
        if (reader.Problem is not null) return Refuse(manifest, reader.Problem);
        if (message is null) return Refuse(manifest, "an unknown manifest: a newer version, or not ours");
        return reader.Left > 0 ? Refuse(manifest, $"{reader.Left} bytes too many") : message;
    }

    private static Attachment Attach(Push push)
    {
        long bytes = 0;
        for (var i = 0; i < push.Batches.Count; i++) bytes += push.Batches[i].Encoded.Length;
        // Never the same twice, not even by another life of this member: a receiver may still hold what was attached to a message that it never read.
        return new Attachment(Attachment.NewId(), push.Batches, (int)Math.Min(bytes, int.MaxValue));
    }

    private static void Encode(object message, Attachment? attachment, ref WireWriter writer)
    {
        if (attachment is null) Encode(message, ref writer);
        else EncodeAttached((Push)message, attachment, ref writer);
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
