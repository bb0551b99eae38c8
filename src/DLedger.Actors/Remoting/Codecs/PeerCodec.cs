using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>Between members: origin and term, then the fields.</summary>
internal sealed class PeerCodec<T>(string manifest, MessageCodec.WriteFields<T> write, PeerCodec<T>.ReadFields read)
    : MessageCodec(manifest, typeof(T))
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
