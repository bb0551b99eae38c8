using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="Query"/>.</summary>
public abstract record QueryResult : DLedgerMessage, IDeadLetterSuppression
{
    private QueryResult()
    {
    }

    /// <inheritdoc/>
    public sealed override long RequestId { get; init; }

    /// <summary>What the machine said.</summary>
    /// <param name="Body">What only the machine and its clients understand.</param>
    /// <param name="AppliedIndex">The last entry that the state had in it; -1 for none.</param>
    public sealed record Answer(ReadOnlyMemory<byte> Body, long AppliedIndex) : QueryResult;

    /// <summary>Not answered here; nothing was asked.</summary>
    public sealed record Rejected(RejectReason Reason, string? LeaderAddress = null, string? Detail = null) : QueryResult;

    /// <summary>The machine threw, or its answer does not fit a message. The member goes on.</summary>
    public sealed record Failed(string Reason) : QueryResult;
}
