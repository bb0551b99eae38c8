using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>How a follower learns the read index.</summary>
internal static class ReadIndexCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new PeerCodec<ReadIndexRequest>(
            "RI1",
            static (request, ref writer) =>
            {
                Write(request.Token, ref writer);
                writer.Bool(request.ByLease);
            },
            static (origin, term, ref reader) => new ReadIndexRequest(origin, term, Token(ref reader), reader.Bool())),
        new PeerCodec<ReadIndexReply>(
            "RR1",
            static (reply, ref writer) =>
            {
                Write(reply.Token, ref writer);
                writer.Index(reply.Position);
            },
            static (origin, term, ref reader) => new ReadIndexReply(origin, term, Token(ref reader), reader.Index())),
    ];

    private static void Write(ReadToken token, ref RecordWriter writer)
    {
        writer.I64(token.Life);
        writer.I64(token.Number);
    }

    private static ReadToken Token(ref RecordReader reader) => new(reader.I64(), reader.I64());
}
