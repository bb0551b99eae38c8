using Akka.Event;

namespace DLedger;

/// <summary>The one answer to an <see cref="Append"/> or <see cref="AppendMany"/>.</summary>
public abstract record AppendResult : DLedgerMessage, IDeadLetterSuppression
{
    private AppendResult()
    {
    }

    /// <summary>On disk on a quorum; never lost and never changed from here on.</summary>
    /// <param name="Index">Entry index of the first entry.</param>
    /// <param name="Count">How many entries, with consecutive indexes.</param>
    /// <param name="Term">The leader's term.</param>
    public sealed record Committed(long Index, int Count, long Term) : AppendResult
    {
        // A client makes one of these per entry, most of them for one entry and without an id: these two cost as much as the count alone.
        private readonly Rest? _rest = Rest.Of(Count, 0);

        public int Count
        {
            get => _rest?.Count ?? 1;
            init => _rest = Rest.Of(value, RequestId);
        }

        /// <inheritdoc/>
        public override long RequestId
        {
            get => _rest?.RequestId ?? 0;
            init => _rest = Rest.Of(Count, value);
        }

        private sealed record Rest(int Count, long RequestId)
        {
            public static Rest? Of(int count, long requestId) => count == 1 && requestId == 0 ? null : new Rest(count, requestId);
        }
    }

    /// <summary>
    /// Committed and applied, for whoever asked for the replies. Replies that do not fit a message together, or that a new leader cannot know, are left
    /// out: then the answer is <see cref="Committed"/>.
    /// </summary>
    /// <param name="Index">Entry index of the first entry.</param>
    /// <param name="Term">The leader's term.</param>
    /// <param name="Replies">What the state machine said, one for each entry, in their order.</param>
    public sealed record Applied(long Index, long Term, IReadOnlyList<ReadOnlyMemory<byte>> Replies) : AppendResult
    {
        /// <inheritdoc/>
        public override long RequestId { get; init; }
    }

    /// <summary>Not in the log, and never will be. Safe to send again.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="LeaderAddress">Where to send it instead, as <see cref="Member.Address"/>, when known; <see cref="DLedgerSystem.PathOf"/> makes a
    /// path of it for an <c>ActorSelection</c>.</param>
    /// <param name="Detail">The limit or state that was in the way, in words.</param>
    public sealed record Rejected(RejectReason Reason, string? LeaderAddress = null, string? Detail = null) : AppendResult
    {
        /// <inheritdoc/>
        public override long RequestId { get; init; }
    }

    /// <summary>It may or may not be in the log, now or later. Sending it again may append it twice.</summary>
    public sealed record Unknown(UnknownReason Reason) : AppendResult
    {
        /// <inheritdoc/>
        public override long RequestId { get; init; }
    }
}
