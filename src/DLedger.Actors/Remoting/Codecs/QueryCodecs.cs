using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>Questions to a state machine, with their results.</summary>
internal static class QueryCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new ClientCodec<Query>(
            "q2",
            static (query, ref writer) =>
            {
                writer.ReadMode(query.Mode);
                writer.Bytes(query.Question);
            },
            static (id, ref reader) => Read(id, ref reader)),
        new ClientCodec<QueryResult.Answer>(
            "qa1",
            static (answer, ref writer) =>
            {
                writer.I64(answer.AppliedIndex);
                writer.Bytes(answer.Body);
            },
            static (id, ref reader) => ReadAnswer(id, ref reader)),
        new ClientCodec<QueryResult.Rejected>(
            "qr1",
            static (rejected, ref writer) => writer.Rejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail),
            static (id, ref reader) => new QueryResult.Rejected(reader.RejectReason(), reader.Text(), reader.Text()) { RequestId = id }),
        new ClientCodec<QueryResult.Failed>(
            "qf1",
            static (failed, ref writer) => writer.Text(failed.Reason),
            static (id, ref reader) => new QueryResult.Failed(reader.NeededText()) { RequestId = id }),
    ];

    private static Query Read(long id, ref RecordReader reader)
    {
        var mode = reader.ReadMode();
        return new Query(reader.Bytes(), mode) { RequestId = id };
    }

    private static QueryResult.Answer ReadAnswer(long id, ref RecordReader reader)
    {
        var applied = reader.I64();
        return new QueryResult.Answer(reader.Bytes(), applied) { RequestId = id };
    }
}
