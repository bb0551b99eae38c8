namespace DLedger;

/// <summary>How the stop of a member ended: the answer of <see cref="DLedgerExtension.StopAsync"/>.</summary>
public abstract class StopResult
{
    private StopResult()
    {
    }

    /// <summary>Whether nothing went wrong: its store is closed, or there was none.</summary>
    public bool IsClean => this is not Failed;

    /// <summary>As in <see cref="DLedgerMessage"/>: for showing.</summary>
    private protected abstract object Content { get; }

    /// <summary>Its kind and content.</summary>
    public sealed override string ToString() => $"{GetType().Name} {Content}";

    /// <summary>It led, and another member leads now.</summary>
    /// <param name="to">See <see cref="To"/>.</param>
    /// <param name="term">See <see cref="Term"/>.</param>
    public sealed class HandedOver(string to, long term) : StopResult
    {
        /// <summary>The id of the new leader.</summary>
        public string To { get; } = to;

        /// <summary>The new leader's term.</summary>
        public long Term { get; } = term;

        private protected override object Content => new { To, Term };
    }

    /// <summary>It did not lead, so there was nothing to hand over.</summary>
    public sealed class NotLeader : StopResult
    {
        private protected override object Content => new { };
    }

    /// <summary>
    /// It led, and no other member could take over: the others elect a leader after an election timeout, once a majority of them runs.
    /// </summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class NoSuccessor(string reason) : StopResult
    {
        /// <summary>Why, in one line: it is alone, or the others are down or too far behind.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }

    /// <summary>The group does not run in this ActorSystem: it was not started, or has been stopped before.</summary>
    public sealed class NotRunning : StopResult
    {
        private protected override object Content => new { };
    }

    /// <summary>
    /// The member is gone, or did not answer. Its store may not have been closed as it should be; it is checked when it is opened again.
    /// </summary>
    /// <param name="reason">See <see cref="Reason"/>.</param>
    public sealed class Failed(string reason) : StopResult
    {
        /// <summary>What went wrong, in one line.</summary>
        public string Reason { get; } = reason;

        private protected override object Content => new { Reason };
    }
}
