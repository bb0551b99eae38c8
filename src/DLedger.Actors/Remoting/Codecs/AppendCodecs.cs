using System.Runtime.Serialization;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>Appends and their results.</summary>
internal static class AppendCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new ClientCodec<Append>(
            "a3",
            static (append, ref writer) => writer.Bytes(append.Body),
            static (id, ref reader) => new Append(reader.Bytes()) { RequestId = id }),
        new ClientCodec<AppendMany>("m4", WriteMany, ReadMany),
        new ClientCodec<Execute>(
            "x1",
            static (execute, ref writer) => writer.Bytes(execute.Command),
            static (id, ref reader) => new Execute(reader.Bytes()) { RequestId = id }),
        new ClientCodec<AppendResult.Applied>("aa1", WriteApplied, ReadApplied),
        new ClientCodec<AppendResult.Committed>(
            "ac3",
            static (committed, ref writer) =>
            {
                writer.I64(committed.Index);
                writer.I32(committed.Count);
                writer.I64(committed.Term);
            },
            static (id, ref reader) => new AppendResult.Committed(reader.I64(), reader.I32(), reader.I64()) { RequestId = id }),
        new ClientCodec<AppendResult.Rejected>(
            "ar3",
            static (rejected, ref writer) => writer.Rejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail),
            static (id, ref reader) => new AppendResult.Rejected(reader.RejectReason(), reader.Text(), reader.Text()) { RequestId = id }),
        new ClientCodec<AppendResult.Unknown>(
            "au3",
            static (unknown, ref writer) => writer.U8((byte)unknown.Reason),
            static (id, ref reader) => new AppendResult.Unknown(ReadUnknownReason(ref reader)) { RequestId = id }),
    ];

    private static void WriteMany(AppendMany many, ref RecordWriter writer)
    {
        if (many.Bodies is null) throw new SerializationException("AppendMany without bodies.");
        writer.Bool(many.WantsReplies);
        writer.Bool(many.Stream is not null);
        if (many.Stream is { } stream)
        {
            writer.Id(stream.Id);
            writer.I64(stream.Sequence);
            writer.Bool(stream.Start);
        }

        writer.List(many.Bodies, static (body, ref writer) => writer.Bytes(body));
    }

    private static AppendMany ReadMany(long id, ref RecordReader reader)
    {
        var wantsReplies = reader.Bool();
        var stream = reader.Bool() ? new AppendStream(reader.Id(), reader.I64(), reader.Bool()) : null;
        return new AppendMany(
            reader.List(WireFields.LengthBytes, static (ref reader) => reader.Bytes()), stream) { WantsReplies = wantsReplies, RequestId = id };
    }

    private static void WriteApplied(AppendResult.Applied applied, ref RecordWriter writer)
    {
        if (applied.Replies is null) throw new SerializationException("Applied without replies.");
        writer.I64(applied.Index);
        writer.I64(applied.Term);
        writer.List(applied.Replies, static (reply, ref writer) => writer.Bytes(reply));
    }

    private static AppendResult.Applied ReadApplied(long id, ref RecordReader reader)
    {
        var (index, term) = (reader.I64(), reader.I64());
        return new AppendResult.Applied(index, term, reader.List(WireFields.LengthBytes, static (ref reader) => reader.Bytes())) { RequestId = id };
    }

    private static UnknownReason ReadUnknownReason(ref RecordReader reader) =>
        (UnknownReason)reader.Choice((int)UnknownReason.LeadershipLost, (int)UnknownReason.TimedOut);
}
