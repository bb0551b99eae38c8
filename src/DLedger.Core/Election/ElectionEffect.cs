namespace DLedger.Core;

/// <summary>What an <see cref="Election"/> wants done, in this order.</summary>
internal abstract record ElectionEffect
{
    private ElectionEffect()
    {
    }

    /// <summary>Save and sync, then call <see cref="Election.Saved"/>. One at a time (SAFETY 1).</summary>
    public sealed record Save(HardState State) : ElectionEffect;

    /// <summary>Make the log refuse everything below this term; answered by <see cref="Election.Fenced"/> (SAFETY 2).</summary>
    public sealed record Fence(Term Term) : ElectionEffect;

    /// <summary>A plain question for the log's tail; answered by <see cref="Election.TailReported"/> (SAFETY 4).</summary>
    public sealed record AskTail : ElectionEffect;

    /// <summary>This node leads. <paramref name="Trusted"/>: the store ids whose acks count (SAFETY 7).</summary>
    public sealed record Lead(Term Term, IReadOnlyDictionary<string, Guid> Trusted) : ElectionEffect;

    /// <summary>This node follows; the leader may not be known.</summary>
    public sealed record Follow(Term Term, string? Leader) : ElectionEffect;

    /// <summary>
    /// <paramref name="Met"/>: nothing is missing but a sign of life. <paramref name="Nonce"/>: only an answer that shows it is believed.
    /// </summary>
    public sealed record SendHello(string To, bool Met, long Nonce, int Protocol) : ElectionEffect;

    public sealed record SendHelloReply(string To, long Nonce, Greeting Greeting) : ElectionEffect;

    /// <summary>The answer to a Hello in another version of the protocol.</summary>
    public sealed record SendHelloRefused(string To, long Nonce, int Protocol) : ElectionEffect;

    /// <summary>From now on this is what counts of the peers.</summary>
    public sealed record Standings(IReadOnlyDictionary<string, PeerStanding> Peers) : ElectionEffect;

    /// <summary>Something came in that no member in its right mind says; it changed nothing.</summary>
    public sealed record Dropped(string What) : ElectionEffect;

    public sealed record SendPreVoteRequest(string To, Term Term, Term Proposed, LogPoint Last) : ElectionEffect;

    public sealed record SendPreVoteReply(string To, Term Term, Term Proposed, bool Granted) : ElectionEffect;

    public sealed record SendVoteRequest(string To, Term Term, LogPoint Last, bool Transfer) : ElectionEffect;

    public sealed record SendVoteReply(string To, Term Term, Term Requested, bool Granted) : ElectionEffect;

    public sealed record SendHeartbeat(string To, Term Term, long Round) : ElectionEffect;

    public sealed record SendHeartbeatReply(string To, Term Term, long Round, bool Healthy) : ElectionEffect;

    public sealed record SendTimeoutNow(string To, Term Term) : ElectionEffect;

    /// <summary>Ask the log's owner for a sign of life; answered by <see cref="Election.ProbeAnswered"/> (SAFETY 29).</summary>
    public sealed record Probe(long Number) : ElectionEffect;

    /// <summary>A quorum answered a round that started after the question came (SAFETY 18).</summary>
    public sealed record RoundConfirmed(Term Term, long Token) : ElectionEffect;

    /// <summary>
    /// Until then, by the clock of leases, nobody else is elected in this member's place (SAFETY 79); <see cref="TimeSpan.MinValue"/>: nobody knows
    /// any more. The last word counts.
    /// </summary>
    public sealed record LeaseUntil(Term Term, TimeSpan Until) : ElectionEffect;

    /// <summary>
    /// Take no more appends, and say when everything is committed and this member, a peer or oneself, has it all; answered by
    /// <see cref="Election.TransferReady"/>.
    /// </summary>
    public sealed record HoldAppends(Term Term, string For) : ElectionEffect;

    /// <summary>Go on taking appends.</summary>
    public sealed record ResumeAppends(Term Term) : ElectionEffect;

    /// <summary>The one answer to a client's request; see <see cref="Election.TransferRequested"/>.</summary>
    public sealed record AnswerTransfer(long Request, TransferOutcome Outcome) : ElectionEffect;

    /// <summary>
    /// Nothing of leadership keeps this member from stopping any more; see <see cref="Election.HandOverRequested"/>. <paramref name="Outcome"/>: who
    /// leads instead, or why nobody does.
    /// </summary>
    public sealed record HandedOver(TransferOutcome Outcome) : ElectionEffect;

    /// <summary>How far behind is this peer? Answered by <see cref="Election.PeerLagIs"/>.</summary>
    public sealed record AskPeerLag(Term Term, string Peer) : ElectionEffect;

    /// <summary>A change of state worth a line in the log.</summary>
    public sealed record Note(string Text) : ElectionEffect;
}
