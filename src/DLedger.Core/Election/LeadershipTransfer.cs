namespace DLedger.Core;

/// <summary>Handing leadership over (thesis 3.10): because a client asks, before a stop, or to a preferred leader.</summary>
/// <remarks>
/// <code>
///   begun: appends are held -> the target has everything: TimeoutNow -> it is heard as leader, or another is, or time is up
/// </code>
/// One at a time. It outlives the leadership that began it, for that is how it succeeds. Before a stop, one peer after the other is tried; with none
/// that could lead, the stop still waits until everything that was taken is committed, so that no outcome is left unknown while a quorum answers.
/// </remarks>
internal sealed class LeadershipTransfer(
    ElectionTurn turn, TermState termState, SoftState soft, PeerTable peers, Leadership leadership, ElectionSettings settings)
{
    private const int SteadyInTimeouts = 3;

    // A peer that takes its share of a full load is always a few batches behind; the handover waits for these.
    private const long CaughtUpBatches = 16;

    /// <summary>The transfer under way; null when none is.</summary>
    private Handover? _underWay;

    /// <summary>
    /// No preferred leader is thought of before this: after a move, for the interval of the settings; after a question, for an election timeout.
    /// </summary>
    private TimeSpan _nextPreferredCheck;

    /// <summary>A client names the member that is to lead. <see cref="ElectionEffect.AnswerTransfer"/> follows, now or later.</summary>
    public void Requested(long request, string to)
    {
        if (RefusalOf(to) is { } refusal) turn.Emit(new ElectionEffect.AnswerTransfer(request, refusal));
        else Begin(to, request, isForStop: false);
    }

    /// <summary>
    /// This member is about to stop: the best peer is to lead. <see cref="ElectionEffect.HandedOver"/> follows, now or later, whatever became of it;
    /// appends stay held.
    /// </summary>
    public void RequestedForStop()
    {
        if (soft.Role != Role.Leader) turn.Emit(new ElectionEffect.HandedOver(new TransferOutcome.NotLeading(soft.Leader)));
        else if (_underWay is { } running) _underWay = running with { IsForStop = true, Deadline = Deadline, NextTry = NextTry };
        else Begin(SuccessorAfter(settings.Self), request: null, isForStop: true);
    }

    /// <summary>All appends are committed and the peer has them all.</summary>
    public void Ready(string to)
    {
        if (_underWay is not { } handover || handover.To != to) return;
        if (to == settings.Self) End(handover, NoSuccessor());
        else turn.Emit(new ElectionEffect.SendTimeoutNow(to, termState.Term));
    }

    /// <summary>A preferred leader gets its turn when it is steady and caught up, and not too soon after the last move: the first step.</summary>
    public void ConsiderPreferred()
    {
        if (_underWay is not null || turn.Now < _nextPreferredCheck || leadership.Age < settings.PreferredMinInterval) return;
        if (BetterLeader() is not { } better) return;
        _nextPreferredCheck = turn.Now + settings.ElectionTimeoutMax;
        turn.Emit(new ElectionEffect.AskPeerLag(termState.Term, better));
    }

    /// <summary>The second step: the peer that was asked about lacks so many batches of what is committed.</summary>
    public void PeerLagIs(string peer, long batches)
    {
        if (_underWay is not null || batches > CaughtUpBatches || BetterLeader() != peer) return;
        _nextPreferredCheck = turn.Now + settings.PreferredMinInterval;
        turn.Emit(new ElectionEffect.Note($"Handing over to preferred leader {peer}"));
        Begin(peer, request: null, isForStop: false);
    }

    /// <summary>A leader of this term is known: if it is a later term, that is how the transfer ended.</summary>
    public void LeaderIs(string leader)
    {
        if (_underWay is not { } handover || termState.Term == handover.Term) return;
        End(
            handover,
            leader == handover.To || handover.IsForStop
                ? new TransferOutcome.Done(leader, termState.Term)
                : new TransferOutcome.Failed($"{leader} was elected instead of {handover.To}"));
    }

    /// <summary>Gives a transfer up that has taken too long; before a stop, tries the next peer after a while.</summary>
    public void Tick()
    {
        if (_underWay is not { } handover) return;
        var leads = soft.Role == Role.Leader;
        var holds = leads && termState.Term == handover.Term;
        if (turn.Now >= handover.Deadline)
        {
            var reason = leads ? $"{handover.To} did not catch up and take over in time" : "no new leader was heard of in time";
            turn.Emit(new ElectionEffect.Note($"Transfer to {handover.To} failed: {reason}"));
            if (holds && !handover.IsForStop) turn.Emit(new ElectionEffect.ResumeAppends(termState.Term));
            End(handover, new TransferOutcome.Failed(reason));
        }
        else if (holds && handover.IsForStop && turn.Now >= handover.NextTry)
        {
            // A member that started a moment ago does not campaign (SAFETY 6), and a message may be lost.
            _underWay = handover with { To = SuccessorAfter(handover.To), NextTry = NextTry };
            turn.Emit(new ElectionEffect.HoldAppends(termState.Term, _underWay.To));
        }
    }

    private TimeSpan Deadline => turn.Now + (settings.ElectionTimeoutMax * 2);

    private TimeSpan NextTry => turn.Now + settings.ElectionTimeoutMin;

    private void Begin(string to, long? request, bool isForStop)
    {
        _underWay = new Handover(to, termState.Term, Deadline, NextTry, request, isForStop);
        turn.Emit(new ElectionEffect.HoldAppends(termState.Term, to));
    }

    private void End(Handover handover, TransferOutcome outcome)
    {
        _underWay = null;
        if (handover.Request is { } request) turn.Emit(new ElectionEffect.AnswerTransfer(request, outcome));
        if (handover.IsForStop) turn.Emit(new ElectionEffect.HandedOver(outcome));
    }

    private TransferOutcome? RefusalOf(string to)
    {
        if (soft.Role != Role.Leader) return new TransferOutcome.NotLeading(soft.Leader);
        if (!peers.Ids.Contains(to)) return new TransferOutcome.NoSuchMember(to);
        if (_underWay is { } running) return new TransferOutcome.Failed($"a transfer to {running.To} is under way");
        return ObstacleTo(to) is { } obstacle ? new TransferOutcome.Failed(obstacle) : null;
    }

    /// <summary>Why this member cannot take over from us; null if it can.</summary>
    private string? ObstacleTo(string to)
    {
        if (peers.Find(to) is not { } peer) return $"{to} leads already";
        if (peer.IsWiped) return $"{to} came back with another data folder and may not lead";
        if (!leadership.Answers(to)) return $"{to} does not answer";
        return leadership.IsHealthy(to) ? null : $"the disk of {to} stalls or is full";
    }

    /// <summary>
    /// Who is to be tried next: those that could lead in turn, the preferred first and then the steady. This member if there is none: it only waits
    /// until everything is committed.
    /// </summary>
    private string SuccessorAfter(string tried)
    {
        var fit = peers.All.Select(peer => peer.Id).Where(id => ObstacleTo(id) is null);
        var best = settings.PreferredLeaders.Intersect(fit).Union(fit.OrderByDescending(IsSteady)).ToList();
        return best.Count == 0 ? settings.Self : best[(best.IndexOf(tried) + 1) % best.Count];
    }

    private bool IsSteady(string peer) => leadership.IsSteady(peer, settings.ElectionTimeoutMax);

    private TransferOutcome.Failed NoSuccessor() => new(
        peers.All.Count == 0 ? "it is alone in its group" : string.Join("; ", peers.All.Select(peer => ObstacleTo(peer.Id)).Distinct()));

    /// <summary>The best of the preferred leaders, if it could lead and is better than this member.</summary>
    private string? BetterLeader()
    {
        foreach (var id in settings.PreferredLeaders)
        {
            if (id == settings.Self) return null;
            var isSteady = leadership.IsSteady(id, settings.ElectionTimeoutMax * SteadyInTimeouts);
            if (isSteady && ObstacleTo(id) is null) return id;
        }

        return null;
    }

    /// <param name="To">Who is to lead; this member, before a stop, when there is nobody.</param>
    /// <param name="Term">In which we led when it began.</param>
    /// <param name="Deadline">When it is given up.</param>
    /// <param name="NextTry">When another peer is tried; counts before a stop only.</param>
    /// <param name="Request">The client's request that its end answers; null if no client asked.</param>
    /// <param name="IsForStop">This member waits for its end in order to stop.</param>
    private sealed record Handover(string To, Term Term, TimeSpan Deadline, TimeSpan NextTry, long? Request, bool IsForStop);
}
