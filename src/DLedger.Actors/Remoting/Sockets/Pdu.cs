using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DLedger.Remoting;

/// <summary>
/// Looks at a message of Akka's protocol before Akka does. What Akka could not read is refused here, where it costs the sender its connection and
/// nobody else anything; and so is what would carry control characters into a log: Akka writes addresses, paths and manifests there as they came.
/// </summary>
/// <remarks>
/// AkkaProtocolMessage: 1 payload (AckAndEnvelopeContainer), 2 instruction. AckAndEnvelopeContainer: 1 ack, 2 envelope. RemoteEnvelope: 1 recipient,
/// 2 message, 4 sender, 5 sequence number. ActorRefData: 1 path. Payload: 1 bytes, 2 serializer, 3 manifest. A selection of actors (serializer 6) is
/// an envelope around another payload.
/// </remarks>
/// <param name="Kind">What it is.</param>
/// <param name="RequestBytes">Of a request: how much it asks for or brings.</param>
/// <param name="AttachmentId">Of what travels beside it; empty if nothing does.</param>
internal readonly record struct Pdu(PduKind Kind, int RequestBytes = 0, Guid AttachmentId = default)
{
    /// <summary>An Associate is never larger, by far.</summary>
    public const int AssociateBytesMax = 2048;

    private const int NameCharsMax = 255;
    private const int PathBytesMax = 4096;

    // An application's messages travel here too, and Akka names them by their type, with all of its type arguments.
    private const int ManifestBytesMax = 8 << 10;

    /// <summary>Whatever a read asks for, it is answered by about so much at once: only an entry that is larger brings more.</summary>
    private const int ReadReplyBytesMax = 1 << 20;

    private const int SelectionSerializer = 6;

    // Where a read says how much it wants, behind its id, its first entry and its count (ReadCodecs).
    private const int ReadMaxBytesAt = 8 + 8 + 4;
    private const int ReadBytes = ReadMaxBytesAt + 4 + WireFields.ReadModeBytes;

    private static readonly SearchValues<byte> s_systemBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);
    private static readonly SearchValues<byte> s_hostBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]%"u8);

    /// <summary>Null and what it is; or why it is refused.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="pdu">What it is.</param>
    public static string? Judge(ReadOnlySpan<byte> bytes, out Pdu pdu)
    {
        pdu = new Pdu(PduKind.Control);
        ReadOnlySpan<byte> payload = default;
        ReadOnlySpan<byte> instruction = default;
        var hasInstruction = false;
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.IsBytes:
                    payload = reader.Bytes();
                    break;
                case 2 when reader.IsBytes && !hasInstruction:
                    instruction = reader.Bytes();
                    hasInstruction = true;
                    break;
                case 1 or 2:
                    return "not a message of Akka's protocol";
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.IsDamaged || hasInstruction != payload.IsEmpty) return "not a message of Akka's protocol";
        return hasInstruction ? JudgeInstruction(instruction, ref pdu) : JudgeEnvelope(payload, ref pdu);
    }

    /// <summary>Whether it is the answer to a client's request. For what this system has written itself.</summary>
    public static bool IsAnswer(ReadOnlySpan<byte> bytes) => TryOurs(bytes, out _, out var manifest) && IsAnswerManifest(manifest);

    /// <summary>What is attached to it; empty for nothing. For what this system has written itself.</summary>
    public static Guid AttachmentOf(ReadOnlySpan<byte> bytes) =>
        TryOurs(bytes, out var message, out var manifest) && manifest.SequenceEqual(PushCodec.NameUtf8)
            ? PushCodec.AttachmentOf(message)
            : Guid.Empty;

    /// <summary>Who an Associate says it comes from, as <c>host:port</c>; only of one that has been judged.</summary>
    public static string? OriginOf(ReadOnlySpan<byte> associate) =>
        TryField(associate, 2, out var instruction) && TryField(instruction, 2, out var handshake) && TryField(handshake, 1, out var origin)
        && JudgeAddress(origin, out var host, out var port) is null
            ? FormattableString.Invariant($"{Encoding.ASCII.GetString(host)}:{port}")
            : null;

    /// <summary>A message of ours, in what this system has written itself.</summary>
    private static bool TryOurs(ReadOnlySpan<byte> pdu, out ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> manifest)
    {
        bytes = default;
        manifest = default;
        return TryField(pdu, 1, out var payload) && TryField(payload, 2, out var envelope) && TryField(envelope, 2, out var message)
            && TrySerialized(message, out bytes, out var serializer, out manifest) && serializer == WireSerializer.Id;
    }

    private static string? JudgeInstruction(ReadOnlySpan<byte> instruction, ref Pdu pdu)
    {
        ulong command = 0;
        ReadOnlySpan<byte> handshake = default;
        var reader = new ProtoReader(instruction);
        while (reader.Next())
        {
            if (reader.Field == 1 && reader.IsVarint) command = reader.Varint();
            else if (reader.Field == 2 && reader.IsBytes && handshake.IsEmpty) handshake = reader.Bytes();
            else if (reader.Field <= 2) return "a damaged instruction";
            else reader.Skip();
        }

        if (reader.IsDamaged) return "a damaged instruction";
        switch (command)
        {
            case 1:
                pdu = new Pdu(PduKind.Associate);
                return JudgeHandshake(handshake);
            case >= 2 and <= 5:
                return handshake.IsEmpty ? null : JudgeHandshake(handshake);
            default:
                return "an unknown instruction";
        }
    }

    private static string? JudgeHandshake(ReadOnlySpan<byte> handshake)
    {
        ReadOnlySpan<byte> origin = default;
        var reader = new ProtoReader(handshake);
        while (reader.Next())
        {
            if (reader.Field == 1 && reader.IsBytes && origin.IsEmpty) origin = reader.Bytes();
            else if (reader.Field == 1 || (reader.Field == 2 && !reader.IsFixed64)) return "a damaged handshake";
            else reader.Skip();
        }

        return reader.IsDamaged ? "a damaged handshake" : JudgeAddress(origin, out _, out _);
    }

    private static string? JudgeAddress(ReadOnlySpan<byte> address, out ReadOnlySpan<byte> host, out ulong port)
    {
        host = default;
        port = 0;
        ReadOnlySpan<byte> system = default;
        ReadOnlySpan<byte> protocol = default;
        var reader = new ProtoReader(address);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.IsBytes:
                    system = reader.Bytes();
                    break;
                case 2 when reader.IsBytes:
                    host = reader.Bytes();
                    break;
                case 3 when reader.IsVarint:
                    port = reader.Varint();
                    break;
                case 4 when reader.IsBytes:
                    protocol = reader.Bytes();
                    break;
                case <= 4:
                    return "a damaged address";
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.IsDamaged) return "a damaged address";
        return !IsName(system, s_systemBytes) ? "an address whose system is no name"
            : !IsName(host, s_hostBytes) ? "an address whose host is no name"
            : !IsName(protocol, s_hostBytes) ? "an address whose protocol is no name"
            : port is 0 or > ushort.MaxValue ? "an address whose port is no port"
            : null;
    }

    private static string? JudgeEnvelope(ReadOnlySpan<byte> payload, ref Pdu pdu)
    {
        pdu = new Pdu(PduKind.Message);
        ReadOnlySpan<byte> envelope = default;
        var reader = new ProtoReader(payload);
        while (reader.Next())
        {
            if (reader.Field == 2 && reader.IsBytes && envelope.IsEmpty) envelope = reader.Bytes();
            else if (reader.Field == 1 && reader.IsBytes) reader.Skip();
            else if (reader.Field <= 2) return "a damaged envelope";
            else reader.Skip();
        }

        if (reader.IsDamaged) return "a damaged envelope";
        // An acknowledgement alone.
        if (envelope.IsEmpty) return null;
        ReadOnlySpan<byte> recipient = default;
        ReadOnlySpan<byte> message = default;
        ReadOnlySpan<byte> sender = default;
        var hasMessage = false;
        reader = new ProtoReader(envelope);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.IsBytes:
                    recipient = reader.Bytes();
                    break;
                case 2 when reader.IsBytes && !hasMessage:
                    message = reader.Bytes();
                    hasMessage = true;
                    break;
                case 4 when reader.IsBytes:
                    sender = reader.Bytes();
                    break;
                case 1 or 2 or 4:
                    return "a damaged envelope";
                case 5 when !reader.IsFixed64:
                    return "a damaged envelope";
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.IsDamaged || !hasMessage) return "a damaged envelope";
        if (!TryField(recipient, 1, out var to) || !IsPath(to)) return "a recipient that is no path";
        if (!sender.IsEmpty && !(TryField(sender, 1, out var from) && IsPath(from))) return "a sender that is no path";
        return JudgeMessage(message, inSelection: false, ref pdu);
    }

    private static string? JudgeMessage(ReadOnlySpan<byte> message, bool inSelection, ref Pdu pdu)
    {
        if (!TrySerialized(message, out var bytes, out var serializer, out var manifest)) return "a damaged message";
        if (manifest.Length > ManifestBytesMax || !IsText(manifest)) return "a manifest that is no name";
        if (serializer == SelectionSerializer && !inSelection) return JudgeSelection(bytes, ref pdu);
        if (serializer != WireSerializer.Id) return null;
        if (IsRequestManifest(manifest))
        {
            var requestBytes = bytes.Length;
            if (manifest[0] == (byte)'r' && bytes.Length >= ReadBytes)
                requestBytes = Math.Max(requestBytes, Math.Min(ReadReplyBytesMax, BinaryPrimitives.ReadInt32LittleEndian(bytes[ReadMaxBytesAt..])));
            pdu = new Pdu(PduKind.Request, requestBytes);
        }
        else if (IsAnswerManifest(manifest))
        {
            pdu = new Pdu(PduKind.Answer);
        }
        else if (manifest.SequenceEqual(PushCodec.NameUtf8))
        {
            pdu = new Pdu(PduKind.Message, AttachmentId: PushCodec.AttachmentOf(bytes));
        }

        return null;
    }

    /// <summary>SelectionEnvelope: 1 payload, 2 elements of the path (1 type, 2 text).</summary>
    private static string? JudgeSelection(ReadOnlySpan<byte> selection, ref Pdu pdu)
    {
        ReadOnlySpan<byte> message = default;
        var reader = new ProtoReader(selection);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.IsBytes:
                    message = reader.Bytes();
                    break;
                case 2 when reader.IsBytes:
                    var element = reader.Bytes();
                    if (TryField(element, 2, out var text) && (text.Length > PathBytesMax || !IsText(text))) return "a selection that is no path";
                    break;
                case 1 or 2:
                    return "a damaged selection";
                default:
                    reader.Skip();
                    break;
            }
        }

        return reader.IsDamaged ? "a damaged selection" : JudgeMessage(message, inSelection: true, ref pdu);
    }

    private static bool TrySerialized(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> bytes, out long serializer, out ReadOnlySpan<byte> manifest)
    {
        bytes = default;
        manifest = default;
        serializer = 0;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.IsBytes:
                    bytes = reader.Bytes();
                    break;
                case 2 when reader.IsVarint:
                    serializer = (int)reader.Varint();
                    break;
                case 3 when reader.IsBytes:
                    manifest = reader.Bytes();
                    break;
                case <= 3:
                    return false;
                default:
                    reader.Skip();
                    break;
            }
        }

        return !reader.IsDamaged;
    }

    /// <summary>The last such field, as protocol buffers have it.</summary>
    private static bool TryField(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> value)
    {
        value = default;
        var found = false;
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            if (reader.Field != field || !reader.IsBytes)
            {
                reader.Skip();
                continue;
            }

            value = reader.Bytes();
            found = true;
        }

        return found && !reader.IsDamaged;
    }

    private static bool IsName(ReadOnlySpan<byte> name, SearchValues<byte> of) =>
        name.Length is > 0 and <= NameCharsMax && !name.ContainsAnyExcept(of);

    /// <summary>Paths of actors are written in visible ASCII; whatever else a name holds is escaped in them.</summary>
    private static bool IsPath(ReadOnlySpan<byte> path) =>
        path.Length is > 0 and <= PathBytesMax && !path.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>No control characters: those of ASCII, and U+0080 to U+009F.</summary>
    private static bool IsText(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return true;
        if (text.ContainsAnyInRange((byte)0, (byte)0x1f) || text.Contains((byte)0x7f)) return false;
        for (var at = text; at.IndexOf((byte)0xc2) is var found and >= 0; at = at[(found + 1)..])
        {
            if (found + 1 < at.Length && at[found + 1] is >= 0x80 and <= 0x9f) return false;
        }

        return true;
    }

    /// <summary>Names of requests are one small letter and a version, those of answers two (<see cref="MessageCodec"/>).</summary>
    private static bool IsRequestManifest(ReadOnlySpan<byte> manifest) => SmallLetters(manifest) == 1;

    private static bool IsAnswerManifest(ReadOnlySpan<byte> manifest) => SmallLetters(manifest) == 2;

    private static int SmallLetters(ReadOnlySpan<byte> manifest) =>
        manifest.IndexOfAnyExceptInRange((byte)'a', (byte)'z') is var letters and >= 0 ? letters : manifest.Length;
}
