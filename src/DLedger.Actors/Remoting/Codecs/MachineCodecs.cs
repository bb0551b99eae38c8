using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>How state machines of members are compared.</summary>
internal static class MachineCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new PeerCodec<DigestIs>(
            "DI1",
            static (digest, ref writer) =>
            {
                writer.Index(digest.At);
                writer.I64((long)digest.Digest.Value);
                writer.Bool(digest.OfQuorum);
            },
            static (origin, term, ref reader) => new DigestIs(origin, term, reader.Index(), new ResultDigest((ulong)reader.I64()), reader.Bool())),
        new PeerCodec<DigestAnswer>(
            "DA1",
            static (answer, ref writer) =>
            {
                writer.Index(answer.At);
                writer.I64((long)answer.Digest.Value);
            },
            static (origin, term, ref reader) => new DigestAnswer(origin, term, reader.Index(), new ResultDigest((ulong)reader.I64()))),
    ];
}
