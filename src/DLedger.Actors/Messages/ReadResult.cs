using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="Read"/>.</summary>
public abstract class ReadResult : DLedgerMessage, IDeadLetterSuppression
{
    private ReadResult()
    {
    }

    private protected sealed override long HeldRequestId { get; set; }

    /// <summary>Committed entries, in order, without gaps.</summary>
    /// <param name="items">See <see cref="Items"/>.</param>
    /// <param name="committedIndex">See <see cref="CommittedIndex"/>.</param>
    public sealed class Entries(IReadOnlyList<LedgerEntry> items, long committedIndex) : ReadResult
    {
        /// <summary>At least one.</summary>
        public IReadOnlyList<LedgerEntry> Items { get; } = items;

        /// <summary>The last committed entry index that the member knew.</summary>
        public long CommittedIndex { get; } = committedIndex;

        private protected override object Content => new { Items.Count, CommittedIndex };
    }

    /// <summary>The index is below the first one kept or above the last one committed.</summary>
    /// <param name="firstIndex">See <see cref="FirstIndex"/>.</param>
    /// <param name="committedIndex">See <see cref="CommittedIndex"/>.</param>
    public sealed class OutOfRange(long firstIndex, long committedIndex) : ReadResult
    {
        /// <summary>The first entry index kept; -1 when the log is empty.</summary>
        public long FirstIndex { get; } = firstIndex;

        /// <summary>The last committed entry index; -1 when there is none.</summary>
        public long CommittedIndex { get; } = committedIndex;

        private protected override object Content => new { FirstIndex, CommittedIndex };
    }

    /// <summary>Not served here; nothing was read.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="leaderAddress">See <see cref="LeaderAddress"/>.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    public sealed class Rejected(RejectReason reason, string? leaderAddress = null, string? detail = null) : ReadResult
    {
        /// <summary>Why.</summary>
        public RejectReason Reason { get; } = reason;

        /// <summary>The leader's <see cref="Member.Address"/>, when another member leads and it is known.</summary>
        public string? LeaderAddress { get; } = leaderAddress;

        /// <summary>The limit or state that was in the way, in words.</summary>
        public string? Detail { get; } = detail;

        private protected override object Content => new { Reason, LeaderAddress, Detail };
    }

    /// <summary>The read failed, for example on a damaged disk.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : ReadResult
    {
        /// <summary>Why, in one line.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }
}
