namespace DLedger.Remoting;

/// <summary>Transfers of leadership that a client asks for.</summary>
internal static class TransferCodecs
{
    public static MessageCodec[] All { get; } =
    [
        new ClientCodec<TransferLeadership>(
            "t3",
            static (transfer, ref writer) => writer.Name(transfer.To),
            static (id, ref reader) => new TransferLeadership(reader.Name()) { RequestId = id }),
        new ClientCodec<TransferResult.Transferred>(
            "td3",
            static (done, ref writer) =>
            {
                writer.Name(done.Leader);
                writer.I64(done.Term);
            },
            static (id, ref reader) => new TransferResult.Transferred(reader.Name(), reader.I64()) { RequestId = id }),
        new ClientCodec<TransferResult.Failed>(
            "tf3",
            static (failed, ref writer) => writer.Text(failed.Reason),
            static (id, ref reader) => new TransferResult.Failed(reader.NeededText()) { RequestId = id }),
        new ClientCodec<TransferResult.Rejected>(
            "tr3",
            static (rejected, ref writer) => writer.Rejection(rejected.Reason, rejected.LeaderAddress, rejected.Detail),
            static (id, ref reader) => new TransferResult.Rejected(reader.RejectReason(), reader.Text(), reader.Text()) { RequestId = id }),
    ];
}
