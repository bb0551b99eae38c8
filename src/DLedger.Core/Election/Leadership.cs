namespace DLedger.Core;

/// <summary>What a leader does to stay one, and to know that it still is: heartbeats, check-quorum (thesis 6.2), probes of its own log.</summary>
internal sealed class Leadership
{
    // A gap between two ticks this many heartbeats long means that the whole process stood still.
    private const int PauseInHeartbeats = 4;

    private readonly ElectionTurn _turn;
    private readonly PeerTable _peers;
    private readonly ElectionSettings _settings;
    private readonly LogProbe _probe;
    private readonly LeaderLease _lease;
    private readonly HeartbeatRounds _rounds;
    private readonly SortedDictionary<string, PeerLiveness> _liveness = new(StringComparer.Ordinal);

    /// <summary>When this leadership began.</summary>
    private TimeSpan _since;

    public Leadership(
        ElectionTurn turn, TermState termState, SoftState soft, PeerTable peers, ElectionSettings settings, Func<TimeSpan> leaseClock)
    {
        _turn = turn;
        _peers = peers;
        _settings = settings;
        _probe = new LogProbe(turn, settings.HeartbeatInterval);
        _lease = new LeaderLease(turn, termState, settings, leaseClock);
        _rounds = new HeartbeatRounds(turn, termState, soft, peers, _lease, settings.HeartbeatInterval);
        foreach (var peer in peers.All) _liveness.Add(peer.Id, new PeerLiveness());
    }

    public TimeSpan Age => _turn.Now - _since;

    /// <summary>Why this member should no longer lead; null while it should.</summary>
    public string? ReasonToStepDown =>
        !IsQuorumThere() ? "no quorum answers"
        : _probe.Silence > _settings.ElectionTimeoutMax ? "its log does not answer"
        : null;

    /// <summary>SAFETY 29: a leader whose log hangs must fall silent, so that another is elected.</summary>
    private bool LogAnswers => _probe.Silence <= _settings.ElectionTimeoutMin;

    /// <summary>All are given an election timeout to be heard. The caller starts the first round, behind what it has to say before.</summary>
    public void Begin()
    {
        _since = _turn.Now;
        _probe.Begin();
        _rounds.Begin();
        foreach (var liveness in _liveness.Values) liveness.Begin(_turn.Now);
    }

    public void Tick()
    {
        _probe.SendIfDue();
        if (_rounds.IsDue && LogAnswers) StartRound();
    }

    public void StartRound()
    {
        _rounds.Send();
        // A member on its own is its quorum: no reply will ever come to confirm the round.
        ConfirmRounds();
    }

    /// <summary>Starts a round now, unless the log is silent: then the next one stands in for it.</summary>
    public void Confirm(long token)
    {
        _rounds.Wait(token);
        if (LogAnswers) StartRound();
    }

    public bool WasSent(long round) => _rounds.WasSent(round);

    public void Replied(string from, long round, bool isHealthy)
    {
        if (Find(from) is not { } liveness) return;
        var isInTime = IsInTime(liveness.LastReply);
        liveness.LastReply = _turn.Now;
        liveness.LastRound = Math.Max(liveness.LastRound, round);
        liveness.IsHealthy = isHealthy;
        if (!isHealthy || !isInTime) liveness.SteadySince = _turn.Now;
        ConfirmRounds();
    }

    public void BulkHeard(string from)
    {
        if (Find(from) is { } liveness) liveness.LastBulk = _turn.Now;
    }

    public void ProbeAnswered(long number) => _probe.Answered(number);

    /// <summary>It has answered a heartbeat within an election timeout.</summary>
    public bool Answers(string peer) => Find(peer) is { } liveness && IsInTime(liveness.LastReply);

    public bool IsHealthy(string peer) => Find(peer) is { IsHealthy: true };

    public bool IsSteady(string peer, TimeSpan time) => Find(peer) is { } liveness && _turn.Since(liveness.SteadySince) >= time;

    public bool IsPause(TimeSpan gap) => gap >= _settings.HeartbeatInterval * PauseInHeartbeats;

    /// <summary>
    /// Time that the whole process was paused counts against nobody: the others get their chance to be heard. A lease is nobody's fault, and void.
    /// </summary>
    public void ForgivePause(TimeSpan pause)
    {
        _lease.Void();
        _probe.ForgivePause(pause);
        foreach (var liveness in _liveness.Values)
        {
            liveness.LastReply = _turn.Forgive(liveness.LastReply, pause);
            liveness.LastBulk = _turn.Forgive(liveness.LastBulk, pause);
        }
    }

    /// <summary>Check-quorum: both transports of a quorum answered within an election timeout.</summary>
    private bool IsQuorumThere() => _peers.Members.HasQuorum(member => member.Id == _settings.Self || IsThere(member.Id));

    private bool IsThere(string peer) => Find(peer) is { } liveness && IsInTime(liveness.LastReply) && IsInTime(liveness.LastBulk);

    private void ConfirmRounds() => _rounds.Confirm((member, round) => member.Id == _settings.Self || Find(member.Id)?.LastRound >= round);

    private bool IsInTime(TimeSpan heard) => _turn.Since(heard) <= _settings.ElectionTimeoutMax;

    private PeerLiveness? Find(string peer) => _liveness.GetValueOrDefault(peer);
}
