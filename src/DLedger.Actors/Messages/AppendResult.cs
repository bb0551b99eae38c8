using Akka.Event;

namespace DLedger;

/// <summary>The one answer to an <see cref="Append"/> or <see cref="AppendMany"/>.</summary>
public abstract class AppendResult : DLedgerMessage, IDeadLetterSuppression
{
    private AppendResult()
    {
    }

    /// <summary>On disk on a quorum; never lost and never changed from here on.</summary>
    public sealed class Committed : AppendResult
    {
        // A client makes one of these per entry, most of them for one entry and without an id: these two cost as much as the count alone.
        private Rest? _rest;

        /// <param name="index">See <see cref="Index"/>.</param>
        /// <param name="count">See <see cref="Count"/>.</param>
        /// <param name="term">See <see cref="Term"/>.</param>
        public Committed(long index, int count, long term)
        {
            Index = index;
            Term = term;
            _rest = Rest.Of(count, 0);
        }

        /// <summary>Entry index of the first entry.</summary>
        public long Index { get; }

        /// <summary>How many entries, with consecutive indexes.</summary>
        public int Count => _rest?.Count ?? 1;

        /// <summary>The leader's term.</summary>
        public long Term { get; }

        private protected override long HeldRequestId
        {
            get => _rest?.RequestId ?? 0;
            set => _rest = Rest.Of(Count, value);
        }

        private protected override object Content => new { Index, Count, Term };

        private sealed record Rest(int Count, long RequestId)
        {
            public static Rest? Of(int count, long requestId) => count == 1 && requestId == 0 ? null : new Rest(count, requestId);
        }
    }

    /// <summary>
    /// Committed and applied, for whoever asked for the replies. Replies that do not fit a message together, or that a new leader cannot know, are
    /// left out: then the answer is <see cref="Committed"/>.
    /// </summary>
    /// <param name="index">See <see cref="Index"/>.</param>
    /// <param name="term">See <see cref="Term"/>.</param>
    /// <param name="replies">See <see cref="Replies"/>.</param>
    public sealed class Applied(long index, long term, IReadOnlyList<ReadOnlyMemory<byte>> replies) : AppendResult
    {
        /// <summary>Entry index of the first entry.</summary>
        public long Index { get; } = index;

        /// <summary>The leader's term.</summary>
        public long Term { get; } = term;

        /// <summary>What the state machine said, one for each entry, in their order.</summary>
        public IReadOnlyList<ReadOnlyMemory<byte>> Replies { get; } = replies;

        private protected override long HeldRequestId { get; set; }

        private protected override object Content => new { Index, Term, Replies.Count };
    }

    /// <summary>Not in the log, and never will be. Safe to send again.</summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    /// <param name="leaderAddress">See <see cref="LeaderAddress"/>.</param>
    /// <param name="detail">See <see cref="Detail"/>.</param>
    public sealed class Rejected(RejectReason reason, string? leaderAddress = null, string? detail = null) : AppendResult
    {
        /// <summary>Why.</summary>
        public RejectReason Reason { get; } = reason;

        /// <summary>
        /// Where to send it instead, as <see cref="Member.Address"/>, when known; <see cref="DLedgerSystem.PathOf"/> makes a path of it for an
        /// <c>ActorSelection</c>.
        /// </summary>
        public string? LeaderAddress { get; } = leaderAddress;

        /// <summary>The limit or state that was in the way, in words.</summary>
        public string? Detail { get; } = detail;

        private protected override long HeldRequestId { get; set; }

        private protected override object Content => new { Reason, LeaderAddress, Detail };
    }

    /// <summary>
    /// It may or may not be in the log, now or later. Sending it again may append it twice, which does no harm if those who read the log skip an
    /// identifier that they have seen.
    /// </summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Unknown(UnknownReason reason) : AppendResult
    {
        /// <summary>Why.</summary>
        public UnknownReason Reason { get; } = reason;

        private protected override long HeldRequestId { get; set; }

        private protected override object Content => new { Reason };
    }
}
