using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="Read"/>.</summary>
public abstract record ReadResult : DLedgerMessage, IDeadLetterSuppression
{
    private ReadResult()
    {
    }

    /// <inheritdoc/>
    public sealed override long RequestId { get; init; }

    /// <summary>Committed entries, in order, without gaps.</summary>
    /// <param name="Items">At least one.</param>
    /// <param name="CommittedIndex">The last committed entry index that the member knew.</param>
    public sealed record Entries(IReadOnlyList<LedgerEntry> Items, long CommittedIndex) : ReadResult;

    /// <summary>The index is below the first one kept or above the last one committed.</summary>
    /// <param name="FirstIndex">The first entry index kept; -1 when the log is empty.</param>
    /// <param name="CommittedIndex">The last committed entry index; -1 when there is none.</param>
    public sealed record OutOfRange(long FirstIndex, long CommittedIndex) : ReadResult;

    /// <summary>Not served here; nothing was read.</summary>
    public sealed record Rejected(RejectReason Reason, string? LeaderAddress = null, string? Detail = null) : ReadResult;

    /// <summary>The read failed, for example on a damaged disk.</summary>
    public sealed record Failed(string Reason) : ReadResult;
}
