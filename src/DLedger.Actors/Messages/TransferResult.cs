using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="TransferLeadership"/>.</summary>
public abstract record TransferResult : DLedgerMessage, IDeadLetterSuppression
{
    private TransferResult()
    {
    }

    /// <inheritdoc/>
    public sealed override long RequestId { get; init; }

    public sealed record Transferred(string Leader, long Term) : TransferResult;

    /// <summary>The old leader goes on.</summary>
    public sealed record Failed(string Reason) : TransferResult;

    /// <summary>Not tried.</summary>
    public sealed record Rejected(RejectReason Reason, string? LeaderAddress = null, string? Detail = null) : TransferResult;
}
