using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>Between processes: nothing but the name.</summary>
internal sealed class LinkCodec<T>(string manifest, T instance) : MessageCodec(manifest, typeof(T))
    where T : LinkMessage
{
    public override void Write(object message, Guid attachmentId, ref RecordWriter writer)
    {
    }

    public override object Read(WireContext context, ref RecordReader reader) => instance;
}
