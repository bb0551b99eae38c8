using System.Text;
using Google.Protobuf;

namespace DLedger.Actors.Tests.Remoting;

/// <summary>Writes messages of Akka's protocol; its own codec is internal.</summary>
internal static class Pdus
{
    public static readonly byte[] Heartbeat = Message((2, Message((1, 3))));

    public static byte[] Associate(string system = "app", string host = "127.0.0.1", int port = 4711, string protocol = "akka.tcp") =>
        Message((2, Message((1, 1), (2, Message((1, Message((1, system), (2, host), (3, port), (4, protocol))), (2, 7UL))))));

    /// <summary>For an actor.</summary>
    public static byte[] To(string recipient, int serializer, string manifest, byte[] bytes, string? sender = null) =>
        Message((1, Message((2, Envelope(recipient, serializer, manifest, bytes, sender)))));

    /// <summary>For a selection of actors below the root.</summary>
    public static byte[] ToSelection(string root, string[] elements, int serializer, string manifest, byte[] bytes)
    {
        var pattern = elements.Select(element => (2, (object)Message((1, 2), (2, element))));
        var selection = Message([(1, Message((1, bytes), (2, serializer), (3, manifest))), .. pattern]);
        return To(root, 6, "", selection);
    }

    /// <summary>Any message of protocol buffers: int for a varint, ulong for eight bytes, text or bytes for the rest.</summary>
    public static byte[] Message(params ReadOnlySpan<(int Number, object Value)> fields)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        foreach (var (number, value) in fields)
        {
            switch (value)
            {
                case int varint:
                    output.WriteTag(number, WireFormat.WireType.Varint);
                    output.WriteInt64(varint);
                    break;
                case ulong fixed64:
                    output.WriteTag(number, WireFormat.WireType.Fixed64);
                    output.WriteFixed64(fixed64);
                    break;
                default:
                    output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                    output.WriteBytes(ByteString.CopyFrom(value as byte[] ?? Encoding.UTF8.GetBytes((string)value)));
                    break;
            }
        }

        output.Flush();
        return stream.ToArray();
    }

    private static byte[] Envelope(string recipient, int serializer, string manifest, byte[] bytes, string? sender)
    {
        var message = Message((1, bytes), (2, serializer), (3, manifest));
        return sender is null
            ? Message((1, Message((1, recipient))), (2, message), (5, ulong.MaxValue))
            : Message((1, Message((1, recipient))), (2, message), (4, Message((1, sender))), (5, ulong.MaxValue));
    }
}
