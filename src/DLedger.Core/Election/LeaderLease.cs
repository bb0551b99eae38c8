namespace DLedger.Core;

/// <summary>
/// How long a leader may rely on a quorum's word that it helps nobody else to be elected (thesis 6.4.1, SAFETY 79): for the shortest election timeout
/// from when it sent the round that the quorum has answered, less what clocks may differ.
/// </summary>
/// <remarks>
/// Whoever answers a heartbeat refuses its vote for the shortest election timeout (<see cref="SoftState.IsSticky"/>), by its own clock. If ours is
/// slow by a share of d and its fast by the same, that is a time of (1 - d) / (1 + d) by ours.
/// </remarks>
internal sealed class LeaderLease
{
    private readonly ElectionTurn _turn;
    private readonly TermState _termState;

    /// <summary>Unlike the election's time, it goes on while the machine sleeps.</summary>
    private readonly Func<TimeSpan> _clock;

    private readonly TimeSpan _length;

    /// <summary>How often the whole process was paused.</summary>
    private long _pauses;

    public LeaderLease(ElectionTurn turn, TermState termState, ElectionSettings settings, Func<TimeSpan> clock)
    {
        _turn = turn;
        _termState = termState;
        _clock = clock;
        _length = settings.ElectionTimeoutMin * (1 - settings.ClockDriftMax) / (1 + settings.ClockDriftMax);
    }

    /// <summary>A round is about to be sent.</summary>
    public LeaseStart Start() => new(_clock(), _pauses);

    /// <summary>A quorum has answered a round that began so.</summary>
    public void Confirmed(LeaseStart start)
    {
        // What was sent before a pause says nothing of the time since.
        if (start.Pauses == _pauses) _turn.Emit(new ElectionEffect.LeaseUntil(_termState.Term, start.At + _length));
    }

    /// <summary>The process was paused: no clock is to be trusted for a time that it did not live through.</summary>
    public void Void()
    {
        _pauses++;
        _turn.Emit(new ElectionEffect.LeaseUntil(_termState.Term, TimeSpan.MinValue));
    }
}
