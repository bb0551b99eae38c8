using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>
/// All there is to know of one type of message on the wire: its name there, and how its fields are written and read. A codec of each kind takes care
/// of what all messages of that kind begin with.
/// </summary>
/// <param name="manifest">
/// Its name on the wire, with the version of its layout. A layout never changes under its name: a new one gets the next number. Never reuse a name.
/// Requests of clients have one small letter, and answers to them two: the transport counts both (<see cref="Pdu"/>).
/// </param>
/// <param name="type">Exactly this one.</param>
internal abstract class MessageCodec(string manifest, Type type)
{
    /// <summary>Writes the fields of a message.</summary>
    public delegate void WriteFields<in T>(T message, ref RecordWriter writer);

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
