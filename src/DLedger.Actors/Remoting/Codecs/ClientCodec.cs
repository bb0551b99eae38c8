using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>Between an application and a member: the id of the request, then the fields.</summary>
internal sealed class ClientCodec<T>(string manifest, MessageCodec.WriteFields<T> write, ClientCodec<T>.ReadFields read)
    : MessageCodec(manifest, typeof(T))
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
