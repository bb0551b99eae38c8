using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="GetCommitPosition"/>.</summary>
public abstract class CommitPositionResult : DLedgerMessage, IDeadLetterSuppression
{
    private CommitPositionResult()
    {
    }

    private protected sealed override long HeldRequestId { get; set; }

    /// <summary>What can be read: from the one entry to the other.</summary>
    /// <param name="firstIndex">See <see cref="FirstIndex"/>.</param>
    /// <param name="committedIndex">See <see cref="CommittedIndex"/>.</param>
    public sealed class Position(long firstIndex, long committedIndex) : CommitPositionResult
    {
        /// <summary>The first entry index kept; -1 when nothing is kept.</summary>
        public long FirstIndex { get; } = firstIndex;

        /// <summary>The last committed entry index; -1 when there is none.</summary>
        public long CommittedIndex { get; } = committedIndex;

        private protected override object Content => new { FirstIndex, CommittedIndex };
    }

    /// <summary>Not answered here.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="leaderAddress">See <see cref="LeaderAddress"/>.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    public sealed class Rejected(RejectReason reason, string? leaderAddress = null, string? detail = null) : CommitPositionResult
    {
        /// <summary>Why.</summary>
        public RejectReason Reason { get; } = reason;

        /// <summary>The leader's <see cref="Member.Address"/>, when another member leads and it is known.</summary>
        public string? LeaderAddress { get; } = leaderAddress;

        /// <summary>The limit or state that was in the way, in words.</summary>
        public string? Detail { get; } = detail;

        private protected override object Content => new { Reason, LeaderAddress, Detail };
    }

    /// <summary>The log could not be read, for example on a damaged disk.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : CommitPositionResult
    {
        /// <summary>Why, in one line.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }
}
