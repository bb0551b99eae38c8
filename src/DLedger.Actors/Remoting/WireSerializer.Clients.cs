using System.Runtime.Serialization;
using DLedger.Protocol;

namespace DLedger.Remoting;

/// <summary>What applications and members say to each other; the id of the request ends every message.</summary>
internal sealed partial class WireSerializer
{
    private const int LengthBytes = 4;
    private const int EntryBytesMin = 8 + 8 + LengthBytes;
    private const int PeerStatusBytesMin = 1 + 2 + 1 + 1 + 8 + 8 + 1;

    public override string Manifest(object o) => o switch
    {
        Push push => _attaches && push.Batches.Count > 0 ? WireManifest.PushAttached : WireManifest.Push,
        PushAck => WireManifest.PushAck,
        AppendMany => WireManifest.AppendMany,
        AppendResult.Committed => WireManifest.AppendCommitted,
        Append => WireManifest.Append,
        Heartbeat => WireManifest.Heartbeat,
        HeartbeatReply => WireManifest.HeartbeatReply,
        AppendResult.Rejected => WireManifest.AppendRejected,
        AppendResult.Unknown => WireManifest.AppendUnknown,
        Read => WireManifest.Read,
        ReadResult.Entries => WireManifest.ReadEntries,
        ReadResult.OutOfRange => WireManifest.ReadOutOfRange,
        ReadResult.Rejected => WireManifest.ReadRejected,
        ReadResult.Failed => WireManifest.ReadFailed,
        GetStatus => WireManifest.GetStatus,
        LedgerStatus => WireManifest.LedgerStatus,
        TransferLeadership => WireManifest.TransferLeadership,
        TransferResult.Transferred => WireManifest.TransferDone,
        TransferResult.Failed => WireManifest.TransferFailed,
        TransferResult.Rejected => WireManifest.TransferRejected,
        GetCommitPosition => WireManifest.GetCommitPosition,
        CommitPositionResult.Position => WireManifest.CommitPosition,
        CommitPositionResult.Rejected => WireManifest.CommitPositionRejected,
        CommitPositionResult.Failed => WireManifest.CommitPositionFailed,
        PushRefused => WireManifest.PushRefused,
        Compare => WireManifest.Compare,
        Compared => WireManifest.Compared,
        Truncate => WireManifest.Truncate,
        Truncated => WireManifest.Truncated,
        Install => WireManifest.Install,
        Installed => WireManifest.Installed,
        PreVoteRequest => WireManifest.PreVoteRequest,
        PreVoteReply => WireManifest.PreVoteReply,
        VoteRequest => WireManifest.VoteRequest,
        VoteReply => WireManifest.VoteReply,
        TimeoutNow => WireManifest.TimeoutNow,
        Hello => WireManifest.Hello,
        HelloReply => WireManifest.HelloReply,
        Ping => WireManifest.Ping,
        Pong => WireManifest.Pong,
        _ => throw new SerializationException($"{o?.GetType().FullName ?? "null"} is not a DLedger message."),
    };

    private static void Encode(object message, ref WireWriter writer)
    {
        if (message is PeerMessage peer)
        {
            EncodePeer(peer, ref writer);
            return;
        }

        if (message is LinkMessage) return; // nothing but its name

        EncodeClient(message, ref writer);
        writer.I64(((DLedgerMessage)message).RequestId);
    }

    private static void EncodeClient(object message, ref WireWriter writer)
    {
        switch (message)
        {
            case AppendMany many:
                Encode(many, ref writer);
                break;
            case AppendResult.Committed committed:
                writer.I64(committed.Index);
                writer.I32(committed.Count);
                writer.I64(committed.Term);
                break;
            case Append append:
                writer.Bytes(append.Body);
                break;
            case AppendResult.Rejected rejected:
                EncodeRejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail, ref writer);
                break;
            case AppendResult.Unknown unknown:
                writer.U8((byte)unknown.Reason);
                break;
            case Read read:
                writer.I64(read.From);
                writer.I32(read.Count);
                writer.I32(read.MaxBytes);
                writer.U8((byte)read.Mode);
                break;
            case ReadResult.Entries entries:
                Encode(entries, ref writer);
                break;
            case ReadResult.OutOfRange range:
                writer.I64(range.FirstIndex);
                writer.I64(range.CommittedIndex);
                break;
            case ReadResult.Rejected rejected:
                EncodeRejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail, ref writer);
                break;
            case ReadResult.Failed failed:
                writer.Text(failed.Reason);
                break;
            case GetStatus:
                break;
            case LedgerStatus status:
                Encode(status, ref writer);
                break;
            case TransferLeadership transfer:
                writer.Name(transfer.To);
                break;
            case TransferResult.Transferred done:
                writer.Name(done.Leader);
                writer.I64(done.Term);
                break;
            case TransferResult.Failed failed:
                writer.Text(failed.Reason);
                break;
            case TransferResult.Rejected rejected:
                EncodeRejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail, ref writer);
                break;
            case GetCommitPosition ask:
                writer.U8((byte)ask.Mode);
                break;
            case CommitPositionResult.Position position:
                writer.I64(position.FirstIndex);
                writer.I64(position.CommittedIndex);
                break;
            case CommitPositionResult.Rejected rejected:
                EncodeRejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail, ref writer);
                break;
            case CommitPositionResult.Failed failed:
                writer.Text(failed.Reason);
                break;
            default:
                throw new SerializationException($"{message?.GetType().FullName ?? "null"} is not a DLedger message.");
        }
    }

    /// <summary>Null for an unknown manifest. A problem in the reader voids what is returned.</summary>
    private object? Decode(string manifest, ref WireReader reader) => manifest switch
    {
        WireManifest.AppendMany => DecodeAppendMany(ref reader),
        WireManifest.AppendCommitted => new AppendResult.Committed(reader.I64(), reader.I32(), reader.I64()) { RequestId = reader.I64() },
        WireManifest.Append => new Append(reader.Bytes()) { RequestId = reader.I64() },
        WireManifest.AppendRejected => new AppendResult.Rejected(DecodeReason(ref reader), reader.Text(), reader.Text()) { RequestId = reader.I64() },
        WireManifest.AppendUnknown => new AppendResult.Unknown((UnknownReason)reader.Choice((int)UnknownReason.LeadershipLost, (int)UnknownReason.TimedOut)) { RequestId = reader.I64() },
        WireManifest.Read => new Read(reader.I64(), reader.I32(), reader.I32(), DecodeMode(ref reader)) { RequestId = reader.I64() },
        WireManifest.ReadEntries => DecodeEntries(ref reader),
        WireManifest.ReadOutOfRange => new ReadResult.OutOfRange(reader.I64(), reader.I64()) { RequestId = reader.I64() },
        WireManifest.ReadRejected => new ReadResult.Rejected(DecodeReason(ref reader), reader.Text(), reader.Text()) { RequestId = reader.I64() },
        WireManifest.ReadFailed => new ReadResult.Failed(reader.NeededText()) { RequestId = reader.I64() },
        WireManifest.GetStatus => new GetStatus() { RequestId = reader.I64() },
        WireManifest.LedgerStatus => DecodeStatus(ref reader),
        WireManifest.TransferLeadership => new TransferLeadership(reader.Name()) { RequestId = reader.I64() },
        WireManifest.TransferDone => new TransferResult.Transferred(reader.Name(), reader.I64()) { RequestId = reader.I64() },
        WireManifest.TransferFailed => new TransferResult.Failed(reader.NeededText()) { RequestId = reader.I64() },
        WireManifest.TransferRejected => new TransferResult.Rejected(DecodeReason(ref reader), reader.Text(), reader.Text()) { RequestId = reader.I64() },
        WireManifest.GetCommitPosition => new GetCommitPosition(DecodeMode(ref reader)) { RequestId = reader.I64() },
        WireManifest.CommitPosition => new CommitPositionResult.Position(reader.I64(), reader.I64()) { RequestId = reader.I64() },
        WireManifest.CommitPositionRejected => new CommitPositionResult.Rejected(DecodeReason(ref reader), reader.Text(), reader.Text()) { RequestId = reader.I64() },
        WireManifest.CommitPositionFailed => new CommitPositionResult.Failed(reader.NeededText()) { RequestId = reader.I64() },
        WireManifest.Ping => Ping.Instance,
        WireManifest.Pong => Pong.Instance,
        _ => DecodePeer(manifest, ref reader),
    };

    private static void Encode(AppendMany many, ref WireWriter writer)
    {
        if (many.Bodies is null) throw new SerializationException("AppendMany without bodies.");
        writer.Bool(many.Stream is not null);
        if (many.Stream is { } stream)
        {
            writer.Guid(stream.Id);
            writer.I64(stream.Sequence);
            writer.Bool(stream.Start);
        }

        var count = many.Bodies.Count;
        writer.I32(count);
        for (var i = 0; i < count; i++) writer.Bytes(many.Bodies[i]);
    }

    private static AppendMany DecodeAppendMany(ref WireReader reader)
    {
        var stream = reader.Bool() ? new AppendStream(reader.Guid(), reader.I64(), reader.Bool()) : null;
        var bodies = new ReadOnlyMemory<byte>[reader.Count(LengthBytes)];
        for (var i = 0; i < bodies.Length && reader.Problem is null; i++) bodies[i] = reader.Bytes();
        return new AppendMany(bodies, stream) { RequestId = reader.I64() };
    }

    private static void Encode(ReadResult.Entries entries, ref WireWriter writer)
    {
        if (entries.Items is null) throw new SerializationException("Entries without items.");
        writer.I64(entries.CommittedIndex);
        var count = entries.Items.Count;
        writer.I32(count);
        for (var i = 0; i < count; i++)
        {
            var entry = entries.Items[i];
            writer.I64(entry.Index);
            writer.I64(entry.Term);
            writer.Bytes(entry.Body);
        }
    }

    private static ReadResult.Entries DecodeEntries(ref WireReader reader)
    {
        var committed = reader.I64();
        var items = new LedgerEntry[reader.Count(EntryBytesMin)];
        for (var i = 0; i < items.Length && reader.Problem is null; i++) items[i] = new LedgerEntry(reader.I64(), reader.I64(), reader.Bytes());
        return new ReadResult.Entries(items, committed) { RequestId = reader.I64() };
    }

    private static void Encode(LedgerStatus status, ref WireWriter writer)
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
        writer.Text(status.Problem);
        writer.I64(status.Dropped);
        var count = status.Peers.Count;
        writer.I32(count);
        for (var i = 0; i < count; i++)
        {
            var peer = status.Peers[i];
            writer.Name(peer.Id);
            writer.Text(peer.Address);
            writer.Bool(peer.Reachable);
            writer.U8((byte)peer.State);
            writer.I64(peer.MatchIndex);
            writer.I64(peer.Lag);
            writer.Bool(peer.Trusted);
        }
    }

    private static LedgerStatus DecodeStatus(ref WireReader reader)
    {
        var head = new LedgerStatus
        {
            Group = reader.Name(),
            Id = reader.Name(),
            Role = DecodeRole(ref reader),
            Term = reader.I64(),
            LeaderId = reader.Text(),
            LeaderAddress = reader.Text(),
            FirstIndex = reader.I64(),
            LastIndex = reader.I64(),
            CommittedIndex = reader.I64(),
            FlushedIndex = reader.I64(),
            Problem = reader.Text(),
            Dropped = reader.I64(),
        };
        var peers = new PeerStatus[reader.Count(PeerStatusBytesMin)];
        for (var i = 0; i < peers.Length && reader.Problem is null; i++)
        {
            peers[i] = new PeerStatus
            {
                Id = reader.Name(),
                Address = reader.NeededText(),
                Reachable = reader.Bool(),
                State = DecodePeerState(ref reader),
                MatchIndex = reader.I64(),
                Lag = reader.I64(),
                Trusted = reader.Bool(),
            };
        }

        return head with { Peers = peers, RequestId = reader.I64() };
    }

    /// <summary>A role that only a later version knows is unknown here, and the rest of the status as good as ever.</summary>
    private static MemberRole DecodeRole(ref WireReader reader)
    {
        var role = (MemberRole)reader.U8();
        return role <= MemberRole.Failed ? role : MemberRole.Unknown;
    }

    private static PeerState DecodePeerState(ref WireReader reader)
    {
        var state = (PeerState)reader.U8();
        return state <= PeerState.Install ? state : PeerState.Idle;
    }

    private static void EncodeRejection(RejectReason reason, string? leaderAddress, string? detail, ref WireWriter writer)
    {
        writer.U8((byte)reason);
        writer.Text(leaderAddress);
        writer.Text(detail);
    }

    private static RejectReason DecodeReason(ref WireReader reader) => (RejectReason)reader.Choice((int)RejectReason.NotLeader, (int)RejectReason.Starting);

    private static ReadMode DecodeMode(ref WireReader reader) => (ReadMode)reader.Choice((int)ReadMode.Linearizable, (int)ReadMode.Local);
}
