using System.Runtime.Serialization;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>Reads and questions for the commit position, with their results.</summary>
internal static class ReadCodecs
{
    private const int EntryBytesMin = 8 + 8 + WireFields.LengthBytes;

    public static MessageCodec[] All { get; } =
    [
        // The transport looks at how much a read asks for: Pdu knows where that stands.
        new ClientCodec<Read>(
            "r4",
            static (read, ref writer) =>
            {
                writer.I64(read.From);
                writer.I32(read.Count);
                writer.I32(read.MaxBytes);
                writer.ReadMode(read.Mode);
            },
            static (id, ref reader) => new Read(reader.I64(), reader.I32(), reader.I32(), reader.ReadMode()) { RequestId = id }),
        new ClientCodec<ReadResult.Entries>("re3", WriteEntries, ReadEntries),
        new ClientCodec<ReadResult.OutOfRange>(
            "ro3",
            static (range, ref writer) =>
            {
                writer.I64(range.FirstIndex);
                writer.I64(range.CommittedIndex);
            },
            static (id, ref reader) => new ReadResult.OutOfRange(reader.I64(), reader.I64()) { RequestId = id }),
        new ClientCodec<ReadResult.Rejected>(
            "rr3",
            static (rejected, ref writer) => writer.Rejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail),
            static (id, ref reader) => new ReadResult.Rejected(reader.RejectReason(), reader.Text(), reader.Text()) { RequestId = id }),
        new ClientCodec<ReadResult.Failed>(
            "rf3",
            static (failed, ref writer) => writer.Text(failed.Reason),
            static (id, ref reader) => new ReadResult.Failed(reader.NeededText()) { RequestId = id }),

        new ClientCodec<GetCommitPosition>(
            "g4",
            static (ask, ref writer) => writer.ReadMode(ask.Mode),
            static (id, ref reader) => new GetCommitPosition(reader.ReadMode()) { RequestId = id }),
        new ClientCodec<CommitPositionResult.Position>(
            "gp3",
            static (position, ref writer) =>
            {
                writer.I64(position.FirstIndex);
                writer.I64(position.CommittedIndex);
            },
            static (id, ref reader) => new CommitPositionResult.Position(reader.I64(), reader.I64()) { RequestId = id }),
        new ClientCodec<CommitPositionResult.Rejected>(
            "gr3",
            static (rejected, ref writer) => writer.Rejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail),
            static (id, ref reader) => new CommitPositionResult.Rejected(reader.RejectReason(), reader.Text(), reader.Text()) { RequestId = id }),
        new ClientCodec<CommitPositionResult.Failed>(
            "gf3",
            static (failed, ref writer) => writer.Text(failed.Reason),
            static (id, ref reader) => new CommitPositionResult.Failed(reader.NeededText()) { RequestId = id }),
    ];

    private static void WriteEntries(ReadResult.Entries entries, ref RecordWriter writer)
    {
        if (entries.Items is null) throw new SerializationException("Entries without items.");
        writer.I64(entries.CommittedIndex);
        writer.List(entries.Items, static (entry, ref writer) =>
        {
            writer.I64(entry.Index);
            writer.I64(entry.Term);
            writer.Bytes(entry.Body);
        });
    }

    private static ReadResult.Entries ReadEntries(long id, ref RecordReader reader)
    {
        var committed = reader.I64();
        var items = reader.List(EntryBytesMin, static (ref reader) => new LedgerEntry(reader.I64(), reader.I64(), reader.Bytes()));
        return new ReadResult.Entries(items, committed) { RequestId = id };
    }
}
