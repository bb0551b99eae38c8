namespace DLedger.Node;

/// <summary>A refusal in the family of answers that a request has.</summary>
internal static class Refusal
{
    /// <summary>Null: it is none of the requests that can be refused.</summary>
    public static DLedgerMessage? Of(object request, RejectReason reason, string? leaderAddress, string? detail) => request switch
    {
        Append or AppendMany or Execute =>
            new AppendResult.Rejected(reason, leaderAddress, detail) { RequestId = ((DLedgerMessage)request).RequestId },
        Read read => new ReadResult.Rejected(reason, leaderAddress, detail) { RequestId = read.RequestId },
        GetCommitPosition ask => new CommitPositionResult.Rejected(reason, leaderAddress, detail) { RequestId = ask.RequestId },
        Query query => new QueryResult.Rejected(reason, leaderAddress, detail) { RequestId = query.RequestId },
        TransferLeadership transfer => new TransferResult.Rejected(reason, leaderAddress, detail) { RequestId = transfer.RequestId },
        _ => null,
    };

    /// <summary>What a refusal says; null for any other answer.</summary>
    public static (RejectReason Reason, string? LeaderAddress)? In(DLedgerMessage answer) => answer switch
    {
        AppendResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
        ReadResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
        CommitPositionResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
        QueryResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
        TransferResult.Rejected rejected => (rejected.Reason, rejected.LeaderAddress),
        _ => null,
    };
}
