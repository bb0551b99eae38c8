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
        new ClientCodec<AppendMany>("m3", WriteMany, ReadMany),
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
        var stream = reader.Bool() ? new AppendStream(reader.Id(), reader.I64(), reader.Bool()) : null;
        return new AppendMany(reader.List(WireFields.LengthBytes, static (ref reader) => reader.Bytes()), stream) { RequestId = id };
    }

    private static UnknownReason ReadUnknownReason(ref RecordReader reader) =>
        (UnknownReason)reader.Choice((int)UnknownReason.LeadershipLost, (int)UnknownReason.TimedOut);
}
