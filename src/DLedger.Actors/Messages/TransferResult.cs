using Akka.Event;

namespace DLedger;

/// <summary>The one answer to a <see cref="TransferLeadership"/>.</summary>
public abstract class TransferResult : DLedgerMessage, IDeadLetterSuppression
{
    private TransferResult()
    {
    }

    private protected sealed override long HeldRequestId { get; set; }

    /// <summary>Another member leads.</summary>
    /// <param name="leader">See <see cref="Leader"/>.</param>
    /// <param name="term">See <see cref="Term"/>.</param>
    public sealed class Transferred(string leader, long term) : TransferResult
    {
        /// <summary>The id of the new leader.</summary>
        public string Leader { get; } = leader;

        /// <summary>Its term.</summary>
        public long Term { get; } = term;

        private protected override object Content => new { Leader, Term };
    }

    /// <summary>The old leader goes on.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : TransferResult
    {
        /// <summary>Why, in one line.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }

    /// <summary>Not tried.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="leaderAddress">See <see cref="LeaderAddress"/>.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    public sealed class Rejected(RejectReason reason, string? leaderAddress = null, string? detail = null) : TransferResult
    {
        /// <summary>Why.</summary>
        public RejectReason Reason { get; } = reason;

        /// <summary>The leader's <see cref="Member.Address"/>, when another member leads and it is known.</summary>
        public string? LeaderAddress { get; } = leaderAddress;

        /// <summary>The limit or state that was in the way, in words.</summary>
        public string? Detail { get; } = detail;

        private protected override object Content => new { Reason, LeaderAddress, Detail };
    }
}
