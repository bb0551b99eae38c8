namespace DLedger.Core;

/// <content>Leadership transfer (thesis 3.10) and preferred leaders.</content>
public sealed partial class Election
{
    private const int SteadyInTimeouts = 3;

    // A peer that takes its share of a full load is always a few batches behind; the handover waits for these.
    private const long CaughtUpBatches = 16;

    private Handover? _handover;
    private TimeSpan _nextPreferredCheck;

    /// <summary>
    /// Hands leadership to <paramref name="to"/>, or to the best peer when null. <see cref="ElectionEffect.TransferEnded"/> follows in any case.
    /// </summary>
    public void TransferRequested(string? to, TimeSpan now)
    {
        _now = now;
        to ??= BestSuccessor();
        if (Refusal(to) is { } refusal) Emit(new ElectionEffect.TransferEnded(Done: false, Leader, Term, refusal));
        else BeginTransfer(to!, asked: true);
    }

    /// <summary>All appends are committed and the peer has them all.</summary>
    public void TransferReady(Term term, string to, TimeSpan now)
    {
        _now = now;
        if (Role != Role.Leader || term != Term || _handover is not { } handover || handover.To != to) return;
        Emit(new ElectionEffect.SendTimeoutNow(to, Term));
    }

    /// <summary>How many batches a peer lacks of what is committed.</summary>
    public void PeerLagIs(Term term, string peer, long batches, TimeSpan now)
    {
        _now = now;
        if (Role != Role.Leader || term != Term || _handover is not null || batches > CaughtUpBatches || BetterLeader() != peer) return;
        _nextPreferredCheck = _now + _settings.PreferredMinInterval;
        Emit(new ElectionEffect.Note($"Handing over to preferred leader {peer}"));
        BeginTransfer(peer, asked: false);
    }

    private void BeginTransfer(string to, bool asked)
    {
        _handover = new Handover(to, Term, _now + (_settings.ElectionTimeoutMax * 2), asked);
        Emit(new ElectionEffect.HoldAppends(Term, to));
    }

    private string? Refusal(string? to)
    {
        if (Role != Role.Leader) return "this member does not lead";
        if (_handover is { } running) return $"a transfer to {running.To} is under way";
        if (to is null) return "no other member is up and healthy";
        if (to == _settings.Self) return $"{to} leads already";
        if (!_peers.TryGetValue(to, out var peer)) return $"there is no member {to}";
        if (peer.IsWiped) return $"{to} came back with another data folder and may not lead";
        if (Since(peer.LastReply) > _settings.ElectionTimeoutMax) return $"{to} does not answer";
        return peer.Healthy ? null : $"the disk of {to} stalls or is full";
    }

    private string? BestSuccessor()
    {
        var fit = _peers.Values.Where(peer => Refusal(peer.Id) is null).Select(peer => peer.Id).ToArray();
        return _settings.PreferredLeaders.FirstOrDefault(fit.Contains) ?? fit.FirstOrDefault();
    }

    /// <summary>A leader of this or a later term is known: that is how the transfer ended.</summary>
    private void FinishTransfer(string leader)
    {
        if (_handover is not { } handover || Term == handover.Term) return;
        _handover = null;
        if (!handover.Asked) return;
        var done = leader == handover.To;
        Emit(new ElectionEffect.TransferEnded(done, leader, Term, done ? "" : $"{leader} was elected instead of {handover.To}"));
    }

    private void ExpireTransfer()
    {
        if (_handover is not { } handover || _now < handover.Deadline) return;
        _handover = null;
        var reason = Role == Role.Leader ? $"{handover.To} did not catch up and take over in time" : "no new leader was heard of in time";
        Emit(new ElectionEffect.Note($"Transfer to {handover.To} failed: {reason}"));
        if (Role == Role.Leader && Term == handover.Term) Emit(new ElectionEffect.ResumeAppends(Term));
        if (handover.Asked) Emit(new ElectionEffect.TransferEnded(Done: false, Leader, Term, reason));
    }

    /// <summary>A preferred leader gets its turn when it is steady and caught up, and not too soon after the last move.</summary>
    private void ConsiderPreferred()
    {
        if (_handover is not null || _now < _nextPreferredCheck || _now - _leadingSince < _settings.PreferredMinInterval) return;
        if (BetterLeader() is not { } better) return;
        _nextPreferredCheck = _now + _settings.ElectionTimeoutMax;
        Emit(new ElectionEffect.AskPeerLag(Term, better));
    }

    private string? BetterLeader()
    {
        foreach (var id in _settings.PreferredLeaders)
        {
            if (id == _settings.Self) return null;
            if (_peers.TryGetValue(id, out var peer) && Refusal(id) is null
                && Since(peer.SteadySince) >= _settings.ElectionTimeoutMax * SteadyInTimeouts) return id;
        }

        return null;
    }

    private sealed record Handover(string To, Term Term, TimeSpan Deadline, bool Asked);
}
