using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="GetCommitPosition"/>.</summary>
public abstract record CommitPositionResult : DLedgerMessage, IDeadLetterSuppression
{
    private CommitPositionResult()
    {
    }

    /// <inheritdoc/>
    public sealed override long RequestId { get; init; }

    /// <summary>What can be read: from the one entry to the other.</summary>
    /// <param name="FirstIndex">The first entry index kept; -1 when nothing is kept.</param>
    /// <param name="CommittedIndex">The last committed entry index; -1 when there is none.</param>
    public sealed record Position(long FirstIndex, long CommittedIndex) : CommitPositionResult;

    /// <summary>Not answered here.</summary>
    public sealed record Rejected(RejectReason Reason, string? LeaderAddress = null, string? Detail = null) : CommitPositionResult;

    /// <summary>The log could not be read, for example on a damaged disk.</summary>
    public sealed record Failed(string Reason) : CommitPositionResult;
}
