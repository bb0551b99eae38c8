namespace DLedger.Core;

/// <content>Asking for votes and giving them.</content>
public sealed partial class Election
{
    /// <summary>Raft 5.2, 5.4.1: at most one vote a term, only for a log at least as up to date.</summary>
    public void VoteRequested(string from, Term term, LogPoint last, bool transfer, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(term, $"a vote request of {from}")) return;
        if (term < Term)
        {
            Emit(new ElectionEffect.SendVoteReply(from, Term, term, Granted: false));
            return;
        }

        if (!IsBefore(last, term, from)) return;

        // SAFETY 4, 6: refused for stickiness, or in the quiet time after a restart: no term changes, nothing is fenced.
        if ((IsSticky() && !transfer) || _now < _mayVoteFrom)
        {
            Emit(new ElectionEffect.SendVoteReply(from, Term, term, Granted: false));
            return;
        }

        Want(term, forSelf: false);
        _waitingVotes[from] = new Ballot(term, last, transfer);
        Advance();
    }

    /// <summary>A pre-vote changes no term and fences nothing (SAFETY 4).</summary>
    public void PreVoteRequested(string from, Term proposed, LogPoint last, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(proposed, $"a pre-vote request of {from}")) return;
        if (proposed <= Term || IsSticky() || !MayVote())
        {
            Emit(new ElectionEffect.SendPreVoteReply(from, Term, proposed, Granted: false));
            return;
        }

        if (!IsBefore(last, proposed, from)) return;

        _waitingPreVotes[from] = new Ballot(proposed, last, Transfer: false);
        AskTail();
    }

    public void VoteReplied(string from, Term term, Term requested, bool granted, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(term, $"a vote of {from}")) return;
        Want(term, forSelf: false);
        // A reply to another term's request, or one that comes twice, adds nothing: votes are a set.
        if (Role == Role.Candidate && requested == Term && term == Term && granted && _votes.Count > 0 && _peers.ContainsKey(from))
        {
            _votes.Add(from);
        }

        // Counted in Settled: a save of what we learned of peers may be running.
        Advance();
    }

    public void PreVoteReplied(string from, Term term, Term proposed, bool granted, TimeSpan now)
    {
        Hear(from, now);
        if (!IsPlausible(term, $"a pre-vote of {from}")) return;
        Want(term, forSelf: false);
        if (Role == Role.PreCandidate && proposed == Term.Next && granted && _peers.ContainsKey(from))
        {
            _votes.Add(from);
            if (_votes.Count >= _settings.Quorum) Campaign(transfer: false);
        }

        Advance();
    }

    /// <summary>The log's tail, asked for without a fence: enough for pre-votes.</summary>
    public void TailReported(LogPoint tail, TimeSpan now)
    {
        _now = now;
        foreach (var (candidate, ballot) in _waitingPreVotes)
        {
            var granted = ballot.Term > Term && !IsSticky() && MayVote() && ballot.Last.IsAtLeastAsUpToDateAs(tail) && HasWhatCameAlong(ballot.Last);
            Emit(new ElectionEffect.SendPreVoteReply(candidate, Term, ballot.Term, granted));
        }

        _waitingPreVotes.Clear();
        if (!_campaignOnTail) return;
        _campaignOnTail = false;
        if (Role != Role.PreCandidate) return;
        if (!HasWhatCameAlong(tail))
        {
            GiveUpPreVote();
            return;
        }

        foreach (var peer in _peers.Keys) Emit(new ElectionEffect.SendPreVoteRequest(peer, Term, Term.Next, tail));
    }

    /// <summary>The leader asks this node to take over at once (thesis 3.10): no pre-vote, and stickiness does not count.</summary>
    public void TimeoutNowArrived(string from, Term term, TimeSpan now)
    {
        Hear(from, now);
        if (term == Term && Leader == from && MayCampaign()) Campaign(transfer: true);
        Advance();
    }

    private void StartPreVote()
    {
        if (_settings.IsAlone)
        {
            Campaign(transfer: false);
            Advance();
            return;
        }

        Role = Role.PreCandidate;
        _votes.Clear();
        _votes.Add(_settings.Self);
        _campaignOnTail = true;
        AskTail();
    }

    /// <summary>A member that may not campaign has lost its leader all the same, and must not send clients there.</summary>
    private void ForgetLeader()
    {
        if (Leader is null) return;
        Emit(new ElectionEffect.Note($"Lost sight of leader {Leader} of term {Term}"));
        Leader = null;
        Emit(new ElectionEffect.Follow(Term, null));
    }

    private void Campaign(bool transfer)
    {
        // Something with a higher term is being adopted already: let it come.
        if (_wanted > Term || Term >= Term.Max) return;
        _campaignIsTransfer = transfer;
        _votes.Clear();
        Want(Term.Next, forSelf: true);
        Advance();
    }

    private void RequestVotes()
    {
        if (!HasWhatCameAlong(_fencedTail))
        {
            Role = Role.Follower;
            return;
        }

        _votes.Add(_settings.Self);
        foreach (var peer in _peers.Keys) Emit(new ElectionEffect.SendVoteRequest(peer, Term, _fencedTail, _campaignIsTransfer));
    }

    private void JudgeWaitingVotes()
    {
        while (_waitingVotes.Count > 0 && _saving is null)
        {
            var (candidate, ballot) = _waitingVotes.First();
            if (ballot.Term > Term) return;
            _waitingVotes.Remove(candidate);
            var granted = ballot.Term == Term
                && (_saved.VotedFor is null || _saved.VotedFor == candidate)
                && Leader is null
                && MayVote()
                && ballot.Last.IsAtLeastAsUpToDateAs(_fencedTail)
                && HasWhatCameAlong(ballot.Last);
            if (granted && _saved.VotedFor is null)
            {
                // SAFETY 1: the vote's reply waits for its sync.
                ResetElectionDeadline();
                GiveUpPreVote();
                _grantAfterSave = (candidate, ballot.Term);
                Save(State(Term, candidate));
                return;
            }

            Emit(new ElectionEffect.SendVoteReply(candidate, Term, ballot.Term, granted));
        }
    }

    /// <summary>Who votes for another lets that one try first.</summary>
    private void GiveUpPreVote()
    {
        if (Role != Role.PreCandidate) return;
        Role = Role.Follower;
        _campaignOnTail = false;
    }

    private void AskTail() => Emit(new ElectionEffect.AskTail());

    /// <summary>Thesis 4.2.3: a node that hears a live leader does not help to depose it.</summary>
    private bool IsSticky() => Role == Role.Leader || (Leader is not null && Since(_leaderHeard) < _settings.ElectionTimeoutMin);

    private bool MayVote() => _now >= _mayVoteFrom && ListFits && IsFounded;

    /// <summary>Who leads after the members were exchanged has what they who stayed had: else newcomers with empty logs could elect one of themselves.</summary>
    private bool HasWhatCameAlong(LogPoint last) => last.IsAtLeastAsUpToDateAs(_floor);

    /// <summary>A log holds no batch above the term that its owner asks to lead.</summary>
    private bool IsBefore(LogPoint last, Term term, string from)
    {
        if (last.Term <= term) return true;
        Emit(new ElectionEffect.Dropped($"a candidacy of {from} for term {term} with a log that ends at {last}"));
        return false;
    }

    private bool MayCampaign() => MayVote() && _storeHealthy;
}
