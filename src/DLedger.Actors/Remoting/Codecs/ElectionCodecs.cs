using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>Votes and heartbeats.</summary>
internal static class ElectionCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new PeerCodec<PreVoteRequest>(
            "W2",
            static (request, ref writer) =>
            {
                writer.Term(request.Proposed);
                writer.Point(request.Last);
            },
            static (origin, term, ref reader) => new PreVoteRequest(origin, term, reader.Term(), reader.Point())),
        new PeerCodec<PreVoteReply>(
            "WR2",
            static (reply, ref writer) =>
            {
                writer.Term(reply.Proposed);
                writer.Bool(reply.Granted);
            },
            static (origin, term, ref reader) => new PreVoteReply(origin, term, reader.Term(), reader.Bool())),
        new PeerCodec<VoteRequest>(
            "V2",
            static (request, ref writer) =>
            {
                writer.Point(request.Last);
                writer.Bool(request.Transfer);
            },
            static (origin, term, ref reader) => new VoteRequest(origin, term, reader.Point(), reader.Bool())),
        new PeerCodec<VoteReply>(
            "VR2",
            static (reply, ref writer) =>
            {
                writer.Term(reply.Requested);
                writer.Bool(reply.Granted);
            },
            static (origin, term, ref reader) => new VoteReply(origin, term, reader.Term(), reader.Bool())),
        new PeerCodec<TimeoutNow>("N2", static (_, ref _) => { }, static (origin, term, ref _) => new TimeoutNow(origin, term)),
        new PeerCodec<Heartbeat>(
            "H2",
            static (heartbeat, ref writer) => writer.I64(heartbeat.Round),
            static (origin, term, ref reader) => new Heartbeat(origin, term, reader.I64())),
        new PeerCodec<HeartbeatReply>(
            "HR2",
            static (reply, ref writer) =>
            {
                writer.I64(reply.Round);
                writer.Bool(reply.Healthy);
            },
            static (origin, term, ref reader) => new HeartbeatReply(origin, term, reader.I64(), reader.Bool())),
    ];
}
