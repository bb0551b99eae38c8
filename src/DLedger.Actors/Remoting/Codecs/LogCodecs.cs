using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>What a leader does with a follower's log, and the answers.</summary>
internal static class LogCodecs
{
    private const int RunBytes = 8 + 8 + 8;

    public static MessageCodec[] All { get; } =
    [
        new PushCodec(),
        new PeerCodec<PushAck>(
            "PA2",
            static (ack, ref writer) => writer.Index(ack.Flushed),
            static (origin, term, ref reader) => new PushAck(origin, term, reader.Index())),
        new PeerCodec<PushRefused>(
            "PR2",
            static (refused, ref writer) =>
            {
                writer.I64(refused.Round);
                writer.Point(refused.Last);
            },
            static (origin, term, ref reader) => new PushRefused(origin, term, reader.I64(), reader.Point())),

        new PeerCodec<Compare>(
            "C2",
            static (compare, ref writer) =>
            {
                writer.I64(compare.Round);
                writer.Point(compare.Base);
                writer.List(compare.Runs, WriteRun);
            },
            static (origin, term, ref reader) => new Compare(origin, term, reader.I64(), reader.Point(), reader.List(RunBytes, ReadRun))),
        new PeerCodec<Compared>(
            "CR2",
            static (compared, ref writer) =>
            {
                writer.I64(compared.Round);
                writer.Bool(compared.Match is not null);
                if (compared.Match is { } match) writer.Point(match);
                writer.Tail(compared.Base);
                writer.Point(compared.Last);
            },
            static (origin, term, ref reader) =>
                new Compared(origin, term, reader.I64(), reader.Bool() ? reader.Point() : null, reader.Tail(), reader.Point())),

        new PeerCodec<Truncate>(
            "T2",
            static (truncate, ref writer) =>
            {
                writer.I64(truncate.Round);
                writer.Point(truncate.Keep);
                writer.Point(truncate.Reported);
            },
            static (origin, term, ref reader) => new Truncate(origin, term, reader.I64(), reader.Point(), reader.Point())),
        new PeerCodec<Truncated>(
            "TR2",
            static (truncated, ref writer) =>
            {
                writer.I64(truncated.Round);
                writer.Bool(truncated.Done);
                writer.Point(truncated.Last);
            },
            static (origin, term, ref reader) => new Truncated(origin, term, reader.I64(), reader.Bool(), reader.Point())),

        new PeerCodec<Install>(
            "I2",
            static (install, ref writer) =>
            {
                writer.I64(install.Round);
                writer.Base(install.Base);
            },
            static (origin, term, ref reader) => new Install(origin, term, reader.I64(), reader.Base())),
        new PeerCodec<Installed>(
            "IR2",
            static (installed, ref writer) =>
            {
                writer.I64(installed.Round);
                writer.Tail(installed.Base);
            },
            static (origin, term, ref reader) => new Installed(origin, term, reader.I64(), reader.Tail())),
    ];

    private static void WriteRun(TermRun run, ref RecordWriter writer)
    {
        writer.Term(run.Term);
        writer.Index(run.First);
        writer.Index(run.Last);
    }

    private static TermRun ReadRun(ref RecordReader reader) => new(reader.Term(), reader.Index(), reader.Index());
}
