using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="Query"/>.</summary>
public abstract class QueryResult : DLedgerMessage, IDeadLetterSuppression
{
    private QueryResult()
    {
    }

    private protected sealed override long HeldRequestId { get; set; }

    /// <summary>What the machine said.</summary>
    /// <param name="body">See <see cref="Body"/>.</param>
    /// <param name="appliedIndex">See <see cref="AppliedIndex"/>.</param>
    public sealed class Answer(ReadOnlyMemory<byte> body, long appliedIndex) : QueryResult
    {
        /// <summary>What only the machine and its clients understand.</summary>
        public ReadOnlyMemory<byte> Body { get; } = body;

        /// <summary>The last entry that the state had in it; -1 for none.</summary>
        public long AppliedIndex { get; } = appliedIndex;

        private protected override object Content => new { Body, AppliedIndex };
    }

    /// <summary>Not answered here; nothing was asked.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="leaderAddress">See <see cref="LeaderAddress"/>.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    public sealed class Rejected(RejectReason reason, string? leaderAddress = null, string? detail = null) : QueryResult
    {
        /// <summary>Why.</summary>
        public RejectReason Reason { get; } = reason;

        /// <summary>The leader's <see cref="Member.Address"/>, when another member leads and it is known.</summary>
        public string? LeaderAddress { get; } = leaderAddress;

        /// <summary>The limit or state that was in the way, in words.</summary>
        public string? Detail { get; } = detail;

        private protected override object Content => new { Reason, LeaderAddress, Detail };
    }

    /// <summary>The machine threw, or its answer does not fit a message. The member goes on.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : QueryResult
    {
        /// <summary>Why, in one line.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }
}
