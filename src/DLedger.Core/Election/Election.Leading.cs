namespace DLedger.Core;

/// <content>Being a leader, and hearing one.</content>
public sealed partial class Election
{
    // A gap between two ticks this many heartbeats long means that the whole process stood still.
    private const int PauseInHeartbeats = 4;

    // An answer in our term to a heartbeat of an earlier one confirms nothing: its sender may lead our term by now, and count its rounds from one again after a restart.
    private const long NoRound = 0;

    private readonly SortedDictionary<long, List<long>> _tokensByRound = [];
    private long _round;
    private long _confirmedRound;
    private TimeSpan _nextHeartbeat;
    private TimeSpan _leadingSince;
    private long _probe;
    private bool _probeIsOut;
    private TimeSpan _nextProbe;
    private TimeSpan _probeAnswered;

    /// <summary>A leader is alive (Raft 5.2). Answered also while a save is running (SAFETY 29).</summary>
    public void HeartbeatArrived(string from, Term term, long round, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(term, $"a heartbeat of {from}")) return;
        if (term < Term)
        {
            Emit(new ElectionEffect.SendHeartbeatReply(from, Term, NoRound, _storeHealthy));
        }
        else if (term == Term && _fenceAsked == Term)
        {
            AcceptHeartbeat(from, term, round);
        }
        else
        {
            // Also a heartbeat of a term that is saved and was never fenced, because a higher one came while it was being saved: the log cannot follow it.
            Want(term, forSelf: false);
            if (_waitingHeartbeat is null || _waitingHeartbeat.Value.Term <= term) _waitingHeartbeat = (from, term, round);
            Advance();
        }
    }

    public void HeartbeatReplied(string from, Term term, long round, bool healthy, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(term, $"an answer to a heartbeat by {from}")) return;
        if (Role == Role.Leader && term == Term && (round < NoRound || round > _round))
        {
            // Counted, it would confirm reads of rounds to come.
            Emit(new ElectionEffect.Dropped($"an answer by {from} to a heartbeat that was never sent"));
            return;
        }

        Want(term, forSelf: false);
        if (Role == Role.Leader && term == Term && _peers.TryGetValue(from, out var peer))
        {
            var inTime = Since(peer.LastReply) <= _settings.ElectionTimeoutMax;
            peer.LastReply = _now;
            peer.LastRound = Math.Max(peer.LastRound, round);
            peer.Healthy = healthy;
            if (!healthy || !inTime) peer.SteadySince = _now;
            ConfirmRounds();
        }

        Advance();
    }

    /// <summary>A dispatcher got an answer from this peer over the bulk transport in this term (SAFETY 29).</summary>
    public void BulkHeard(string from, Term term, TimeSpan now)
    {
        _now = now;
        if (Role == Role.Leader && term == Term && _peers.TryGetValue(from, out var peer)) peer.LastBulk = _now;
    }

    /// <summary>The log's owner answered a probe.</summary>
    public void ProbeAnswered(long number, TimeSpan now)
    {
        _now = now;
        if (number != _probe) return; // of an earlier leadership
        _probeIsOut = false;
        _probeAnswered = now;
    }

    /// <summary>
    /// Starts a heartbeat round now; <see cref="ElectionEffect.RoundConfirmed"/> with this token follows once a quorum has answered it (Raft 8, SAFETY 18).
    /// </summary>
    public void ConfirmLeadership(Term term, long token, TimeSpan now)
    {
        _now = now;
        if (Role != Role.Leader || term != Term) return; // the reader hears of the step-down with the data
        var round = _round + 1;
        if (!_tokensByRound.TryGetValue(round, out var tokens)) _tokensByRound.Add(round, tokens = []);
        tokens.Add(token);
        if (LogAnswers()) StartRound();
    }

    /// <summary>Time passes. Call at least once every half heartbeat interval.</summary>
    public void Tick(TimeSpan now)
    {
        _now = now;
        ForgivePause(now - _lastTick);
        _lastTick = now;
        if (Leader is not null) _leaderKnown = _now;
        GreetPeers();
        ExpireTransfer();
        if (Role == Role.Leader) TickLeader();
        else if (_now >= _electionDeadline)
        {
            ResetElectionDeadline();
            ForgetLeader();
            if (MayCampaign()) StartPreVote();
        }
    }

    /// <summary>
    /// Time that the whole process was paused counts against nobody: no leader is given up, and no election started, before the others had a chance to be heard.
    /// </summary>
    private void ForgivePause(TimeSpan gap)
    {
        if (gap < _settings.HeartbeatInterval * PauseInHeartbeats) return;
        if (Role != Role.Leader)
        {
            ResetElectionDeadline();
            return;
        }

        _probeAnswered = Later(_probeAnswered);
        foreach (var peer in _peers.Values)
        {
            peer.LastReply = Later(peer.LastReply);
            peer.LastBulk = Later(peer.LastBulk);
        }

        // What was heard after the pause but before this tick needs no grace; nothing was ever heard in the future.
        TimeSpan Later(TimeSpan then) => then + gap < _now ? then + gap : _now;
    }

    private void AcceptHeartbeat(string from, Term term, long round)
    {
        // The sender's term is over or not begun here: nothing to accept.
        if (term != Term)
        {
            Emit(new ElectionEffect.SendHeartbeatReply(from, Term, NoRound, _storeHealthy));
            return;
        }

        if (Leader is not null && Leader != from)
        {
            // Raft 5.2: at most one leader a term. Whoever says so is not it, whatever else is wrong with it.
            Emit(new ElectionEffect.Dropped($"a heartbeat of {from} in term {Term}, which {Leader} leads"));
            return;
        }

        _leaderHeard = _now;
        if (Leader != from || Role != Role.Follower) BecomeFollower(from);
        else ResetElectionDeadline();
        FinishTransfer(from);
        Emit(new ElectionEffect.SendHeartbeatReply(from, Term, round, _storeHealthy));
    }

    private void BecomeLeader()
    {
        Invariant.Holds(_fencedTerm == Term && _saving is null, "A leader is saved and fenced in its term (SAFETY 2).");
        Role = Role.Leader;
        Leader = _settings.Self;
        _leadingSince = _leaderHeard = _probeAnswered = _now;
        _nextProbe = _now + _settings.HeartbeatInterval;
        _probeIsOut = false;
        _probe++; // an answer to an earlier leadership says nothing of this one
        _confirmedRound = _round;
        _tokensByRound.Clear();
        foreach (var peer in _peers.Values)
        {
            peer.LastReply = peer.LastBulk = peer.SteadySince = _now;
            peer.LastRound = 0;
        }

        Emit(new ElectionEffect.Note($"Leader in term {Term}"));
        Emit(new ElectionEffect.Lead(Term, _peers.Values.Where(peer => peer.Store is not null).ToDictionary(peer => peer.Id, peer => peer.Store!.Value)));
        FinishTransfer(_settings.Self);
        StartRound();
    }

    private void TickLeader()
    {
        if (!_settings.IsAlone && !QuorumIsThere())
        {
            StepDown("no quorum answers");
            return;
        }

        if (Since(_probeAnswered) > _settings.ElectionTimeoutMax)
        {
            StepDown("its log does not answer");
            return;
        }

        // One probe at a time, on a clock of its own: neither a slow answer nor frequent reads may make the log look dead.
        if (!_probeIsOut && _now >= _nextProbe)
        {
            _probeIsOut = true;
            _nextProbe = _now + _settings.HeartbeatInterval;
            Emit(new ElectionEffect.Probe(++_probe));
        }

        if (_now >= _nextHeartbeat && LogAnswers()) StartRound();
        ConsiderPreferred();
    }

    /// <summary>SAFETY 29: a leader whose log hangs must fall silent, so that another is elected.</summary>
    private bool LogAnswers() => Since(_probeAnswered) <= _settings.ElectionTimeoutMin;

    /// <summary>Check-quorum: both transports of a quorum answered within an election timeout.</summary>
    private bool QuorumIsThere()
    {
        var there = 1;
        foreach (var peer in _peers.Values)
            if (Since(peer.LastReply) <= _settings.ElectionTimeoutMax && Since(peer.LastBulk) <= _settings.ElectionTimeoutMax) there++;
        return there >= _settings.Quorum;
    }

    private void StartRound()
    {
        _round++;
        _nextHeartbeat = _now + _settings.HeartbeatInterval;
        foreach (var peer in _peers.Keys) Emit(new ElectionEffect.SendHeartbeat(peer, Term, _round));
        // A member on its own is its quorum: no reply will ever come to confirm the round.
        ConfirmRounds();
    }

    private void ConfirmRounds()
    {
        if (_tokensByRound.Count == 0) return;
        var rounds = _peers.Values.Select(peer => peer.LastRound).Append(_round).OrderDescending().ToArray();
        _confirmedRound = Math.Max(_confirmedRound, rounds[_settings.Quorum - 1]);
        while (_tokensByRound.Count > 0)
        {
            var (round, tokens) = _tokensByRound.First();
            if (round > _confirmedRound) return;
            _tokensByRound.Remove(round);
            foreach (var token in tokens) Emit(new ElectionEffect.RoundConfirmed(Term, token));
        }
    }
}
