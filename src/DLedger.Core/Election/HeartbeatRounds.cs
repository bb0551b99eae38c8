namespace DLedger.Core;

/// <summary>
/// A leader's heartbeats, numbered by rounds, and what a quorum's answers to a round prove: to the reads that came before it that this member still
/// led then (SAFETY 18), and to the lease that nobody else is elected for a while (SAFETY 79).
/// </summary>
internal sealed class HeartbeatRounds(
    ElectionTurn turn, TermState termState, SoftState soft, PeerTable peers, LeaderLease lease, TimeSpan interval)
{
    /// <summary>
    /// Rounds that were sent and not answered by a quorum yet, in their order. Empty when a leadership begins: what an earlier one has sent is never
    /// confirmed. No more than fit into an election timeout, after which a leader that no quorum answers is none.
    /// </summary>
    private readonly Queue<Round> _sentRounds = new();

    /// <summary>Tokens of <see cref="ElectionEffect.RoundConfirmed"/> that wait for the next round, in the order in which they came.</summary>
    private readonly List<long> _tokens = [];

    /// <summary>The last round that was sent. Never starts anew: an answer to a round of an earlier leadership is below all that wait.</summary>
    private long _sent;

    /// <summary>When the next round is due, if nobody asks for one before.</summary>
    private TimeSpan _next;

    public bool IsDue => turn.Now >= _next;

    public void Begin()
    {
        _sentRounds.Clear();
        _tokens.Clear();
    }

    public bool WasSent(long round) => round <= _sent;

    /// <summary>To be confirmed by the next round.</summary>
    public void Wait(long token) => _tokens.Add(token);

    public void Send()
    {
        _sent++;
        _next = turn.Now + interval;
        _sentRounds.Enqueue(new Round(_sent, turn.Now, lease.Start(), [.. _tokens]));
        _tokens.Clear();
        foreach (var peer in peers.All) turn.Emit(new ElectionEffect.SendHeartbeat(peer.Id, termState.Term, _sent));
    }

    /// <summary>Confirms, in order, the rounds that a quorum has answered.</summary>
    /// <param name="answers">Whether a member has answered this round or a later one; a leader has answered whatever it has sent.</param>
    public void Confirm(Func<MemberLife, long, bool> answers)
    {
        Round? last = null;
        while (_sentRounds.TryPeek(out var round) && peers.Members.HasQuorum(member => answers(member, round.Number)))
        {
            last = _sentRounds.Dequeue();
            foreach (var token in round.Tokens) turn.Emit(new ElectionEffect.RoundConfirmed(termState.Term, token));
        }

        if (last is null) return;
        soft.PromiseSelf(last.SentAt);
        lease.Confirmed(last.Lease);
    }

    /// <param name="Number">Ever higher.</param>
    /// <param name="SentAt">When it was sent.</param>
    /// <param name="Lease">The same for the lease.</param>
    /// <param name="Tokens">What it confirms.</param>
    private sealed record Round(long Number, TimeSpan SentAt, LeaseStart Lease, long[] Tokens);
}
