namespace DLedger.Core;

/// <summary>
/// A leader's heartbeats, numbered by rounds, and the reads that wait until a quorum has answered a round that began after they came (SAFETY 18).
/// </summary>
internal sealed class HeartbeatRounds(ElectionTurn turn, TermState termState, PeerTable peers, TimeSpan interval)
{
    /// <summary>
    /// Tokens of <see cref="ElectionEffect.RoundConfirmed"/> by the round that confirms them; within one, in the order in which they came. Every
    /// round here is above those that were sent when its tokens came. Empty when a leadership begins: reads of an earlier one are never confirmed.
    /// </summary>
    private readonly SortedDictionary<long, List<long>> _waiting = [];

    /// <summary>The last round that was sent. Never starts anew: an answer to a round of an earlier leadership is below all that wait.</summary>
    private long _sent;

    /// <summary>When the next round is due, if nobody asks for one before.</summary>
    private TimeSpan _next;

    public bool IsDue => turn.Now >= _next;

    public void Begin() => _waiting.Clear();

    public bool WasSent(long round) => round <= _sent;

    /// <summary>To be confirmed by the next round.</summary>
    public void Wait(long token)
    {
        if (!_waiting.TryGetValue(_sent + 1, out var tokens)) _waiting.Add(_sent + 1, tokens = []);
        tokens.Add(token);
    }

    public void Send()
    {
        _sent++;
        _next = turn.Now + interval;
        foreach (var peer in peers.All) turn.Emit(new ElectionEffect.SendHeartbeat(peer.Id, termState.Term, _sent));
    }

    /// <summary>Confirms, in order, what waits for rounds that were sent and that a quorum has answered.</summary>
    /// <param name="answers">Whether a member has answered this round or a later one; a leader has answered whatever it has sent.</param>
    public void Confirm(Func<MemberLife, long, bool> answers)
    {
        while (_waiting.Count > 0)
        {
            var (round, tokens) = _waiting.First();
            if (!WasSent(round) || !peers.Members.HasQuorum(member => answers(member, round))) return;
            _waiting.Remove(round);
            foreach (var token in tokens) turn.Emit(new ElectionEffect.RoundConfirmed(termState.Term, token));
        }
    }
}
