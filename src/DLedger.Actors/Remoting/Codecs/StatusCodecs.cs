using System.Runtime.Serialization;
using DLedger.Core;

namespace DLedger.Remoting;

/// <summary>The status of a member.</summary>
internal static class StatusCodecs
{
    private const int PeerStatusBytesMin = 1 + 2 + 1 + 1 + 8 + 8 + 1;

    public static MessageCodec[] All { get; } =
    [
        new ClientCodec<GetStatus>("s3", static (_, ref _) => { }, static (id, ref _) => new GetStatus { RequestId = id }),
        new ClientCodec<LedgerStatus>("st5", WriteStatus, ReadStatus),
    ];

    private static void WriteStatus(LedgerStatus status, ref RecordWriter writer)
    {
        if (status.Peers is null) throw new SerializationException("LedgerStatus without peers.");
        writer.Name(status.Group);
        writer.Name(status.Id);
        writer.U8((byte)status.Role);
        writer.I64(status.Term);
        writer.Text(status.LeaderId);
        writer.Text(status.LeaderAddress);
        writer.I64(status.FirstIndex);
        writer.I64(status.LastIndex);
        writer.I64(status.CommittedIndex);
        writer.I64(status.FlushedIndex);
        writer.I64(status.AppliedIndex);
        writer.I32(status.PendingReads);
        writer.Bool(status.HoldsLease);
        writer.Text(status.Problem);
        writer.I64(status.Dropped);
        writer.List(status.Peers, WritePeer);
    }

    private static LedgerStatus ReadStatus(long id, ref RecordReader reader) => new()
    {
        Group = reader.Name(),
        Id = reader.Name(),
        Role = ReadRole(ref reader),
        Term = reader.I64(),
        LeaderId = reader.Text(),
        LeaderAddress = reader.Text(),
        FirstIndex = reader.I64(),
        LastIndex = reader.I64(),
        CommittedIndex = reader.I64(),
        FlushedIndex = reader.I64(),
        AppliedIndex = reader.I64(),
        PendingReads = reader.I32(),
        HoldsLease = reader.Bool(),
        Problem = reader.Text(),
        Dropped = reader.I64(),
        Peers = reader.List(PeerStatusBytesMin, ReadPeer),
        RequestId = id,
    };

    private static void WritePeer(PeerStatus peer, ref RecordWriter writer)
    {
        writer.Name(peer.Id);
        writer.Text(peer.Address);
        writer.Bool(peer.Reachable);
        writer.U8((byte)peer.State);
        writer.I64(peer.MatchIndex);
        writer.I64(peer.Lag);
        writer.Bool(peer.Trusted);
    }

    private static PeerStatus ReadPeer(ref RecordReader reader) => new()
    {
        Id = reader.Name(),
        Address = reader.NeededText(),
        Reachable = reader.Bool(),
        State = ReadPeerState(ref reader),
        MatchIndex = reader.I64(),
        Lag = reader.I64(),
        Trusted = reader.Bool(),
    };

    /// <summary>A role that only a later version knows is unknown here, and the rest of the status as good as ever.</summary>
    private static MemberRole ReadRole(ref RecordReader reader)
    {
        var role = (MemberRole)reader.U8();
        return role <= MemberRole.Failed ? role : MemberRole.Unknown;
    }

    private static PeerState ReadPeerState(ref RecordReader reader)
    {
        var state = (PeerState)reader.U8();
        return state <= PeerState.Install ? state : PeerState.Idle;
    }
}
