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
        new ClientCodec<LedgerStatus>("st3", WriteStatus, ReadStatus),
    ];

    private static void WriteStatus(LedgerStatus status, ref RecordWriter writer)
    {
        if (status.Peers is null) throw new SerializationException("LedgerStatus without peers.");
        writer.Name(status.Group);
        writer.Name(status.Id);
        writer.Name(status.Role);
        writer.I64(status.Term);
        writer.Text(status.LeaderId);
        writer.Text(status.LeaderAddress);
        writer.I64(status.FirstIndex);
        writer.I64(status.LastIndex);
        writer.I64(status.CommittedIndex);
        writer.I64(status.FlushedIndex);
        writer.Text(status.Problem);
        writer.I64(status.Dropped);
        writer.List(status.Peers, WritePeer);
    }

    private static LedgerStatus ReadStatus(long id, ref RecordReader reader)
    {
        var head = new LedgerStatus(
            reader.Name(),
            reader.Name(),
            reader.Name(),
            reader.I64(),
            reader.Text(),
            reader.Text(),
            reader.I64(),
            reader.I64(),
            reader.I64(),
            reader.I64(),
            [],
            reader.Text(),
            reader.I64());
        return head with { Peers = reader.List(PeerStatusBytesMin, ReadPeer), RequestId = id };
    }

    private static void WritePeer(PeerStatus peer, ref RecordWriter writer)
    {
        writer.Name(peer.Id);
        writer.Text(peer.Address);
        writer.Bool(peer.Reachable);
        writer.Name(peer.State);
        writer.I64(peer.MatchIndex);
        writer.I64(peer.Lag);
        writer.Bool(peer.Trusted);
    }

    private static PeerStatus ReadPeer(ref RecordReader reader) =>
        new(reader.Name(), reader.NeededText(), reader.Bool(), reader.Name(), reader.I64(), reader.I64(), reader.Bool());
}
