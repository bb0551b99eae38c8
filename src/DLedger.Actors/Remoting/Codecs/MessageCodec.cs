using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

// One codec is all there is to know of a message on the wire: its name there, and how its fields are written and read. A codec of each kind takes
// care of what all messages of that kind begin with.

/// <summary>Writes the fields of a message.</summary>
internal delegate void WriteFields<in T>(T message, ref RecordWriter writer);

/// <summary>How one type of message travels.</summary>
/// <param name="manifest">
/// Its name on the wire, with the version of its layout. A layout never changes under its name: a new one gets the next number. Never reuse a name.
/// Requests of clients have one small letter, and answers to them two: the transport counts both (<see cref="Pdu"/>).
/// </param>
/// <param name="type">Exactly this one.</param>
internal abstract class MessageCodec(string manifest, Type type)
{
    public string Manifest => manifest;

    public Type Type => type;

    /// <summary>Called twice for each message: to count, and to write.</summary>
    /// <param name="message">Of the type.</param>
    /// <param name="attachmentId">Of what is attached to it, which is a matter of <see cref="PushCodec"/>; empty for nothing.</param>
    /// <param name="writer">Where to.</param>
    public abstract void Write(object message, Guid attachmentId, ref RecordWriter writer);

    /// <summary>Never throws, whatever came in. A problem in the reader voids what is returned.</summary>
    public abstract object Read(WireContext context, ref RecordReader reader);
}

/// <summary>Between an application and a member: the id of the request, then the fields.</summary>
internal sealed class ClientCodec<T>(string manifest, WriteFields<T> write, ClientCodec<T>.ReadFields read) : MessageCodec(manifest, typeof(T))
    where T : DLedgerMessage
{
    /// <summary>Reads the fields behind the id.</summary>
    public delegate T ReadFields(long requestId, ref RecordReader reader);

    public override void Write(object message, Guid attachmentId, ref RecordWriter writer)
    {
        var typed = (T)message;
        writer.I64(typed.RequestId);
        write(typed, ref writer);
    }

    public override object Read(WireContext context, ref RecordReader reader) => read(reader.I64(), ref reader);
}

/// <summary>Between members: origin and term, then the fields.</summary>
internal sealed class PeerCodec<T>(string manifest, WriteFields<T> write, PeerCodec<T>.ReadFields read) : MessageCodec(manifest, typeof(T))
    where T : PeerMessage
{
    /// <summary>Reads the fields behind origin and term.</summary>
    public delegate T ReadFields(Origin origin, Term term, ref RecordReader reader);

    public override void Write(object message, Guid attachmentId, ref RecordWriter writer)
    {
        var typed = (T)message;
        writer.Origin(typed.Origin);
        writer.Term(typed.Term);
        write(typed, ref writer);
    }

    public override object Read(WireContext context, ref RecordReader reader) => read(context.Origins.Read(ref reader), reader.Term(), ref reader);
}

/// <summary>Between processes: nothing but the name.</summary>
internal sealed class LinkCodec<T>(string manifest, T instance) : MessageCodec(manifest, typeof(T))
    where T : LinkMessage
{
    public override void Write(object message, Guid attachmentId, ref RecordWriter writer)
    {
    }

    public override object Read(WireContext context, ref RecordReader reader) => instance;
}
