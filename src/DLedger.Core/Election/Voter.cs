namespace DLedger.Core;

/// <summary>This member as a voter: who asks for its vote or its pre-vote, and what they get (Raft 5.2, 5.4.1; thesis 9.6).</summary>
internal sealed class Voter
{
    private readonly ElectionTurn _turn;
    private readonly TermState _termState;
    private readonly SoftState _soft;
    private readonly PeerTable _peers;
    private readonly Founders _founders;

    /// <summary>SAFETY 6: what this member promised before its restart (a lease, stickiness) has run out from here on.</summary>
    private readonly TimeSpan _quietUntil;

    /// <summary>Vote requests whose term is not saved and fenced yet, by candidate: a newer one takes the place of an older.</summary>
    private readonly SortedDictionary<string, PendingVote> _votes = new(StringComparer.Ordinal);

    /// <summary>Pre-vote requests that wait for the log's tail; the same.</summary>
    private readonly SortedDictionary<string, PendingVote> _preVotes = new(StringComparer.Ordinal);

    /// <summary>The vote that the save under way is for: said once it is on disk (SAFETY 1).</summary>
    private (string To, Term Term)? _granting;

    /// <param name="promisedNothing">Nobody can rely on what this member said before it started.</param>
    public Voter(
        ElectionTurn turn, TermState termState, SoftState soft, PeerTable peers, Founders founders, ElectionSettings settings, bool promisedNothing)
    {
        _turn = turn;
        _termState = termState;
        _soft = soft;
        _peers = peers;
        _founders = founders;
        _quietUntil = promisedNothing ? turn.Now : turn.Now + settings.ElectionTimeoutMin;
    }

    public bool MayVote => !IsQuiet && _founders.Fit && _peers.IsFounded;

    private bool IsQuiet => _turn.Now < _quietUntil;

    public void VoteRequested(string from, Term term, LogPoint last, bool isTransfer)
    {
        if (term < _termState.Term)
        {
            Reply(from, term, granted: false);
            return;
        }

        if (!IsBefore(last, term, from)) return;

        // SAFETY 4, 6: refused for stickiness, or in the quiet time after a restart: no term changes, nothing is fenced.
        if ((_soft.IsSticky && !isTransfer) || IsQuiet)
        {
            Reply(from, term, granted: false);
            return;
        }

        _termState.Want(term, forSelf: false);
        _votes[from] = new PendingVote(term, last);
    }

    /// <summary>A pre-vote changes no term and fences nothing (SAFETY 4).</summary>
    public void PreVoteRequested(string from, Term proposed, LogPoint last)
    {
        if (proposed <= _termState.Term || _soft.IsSticky || !MayVote)
        {
            ReplyToPreVote(from, proposed, granted: false);
            return;
        }

        if (!IsBefore(last, proposed, from)) return;
        _preVotes[from] = new PendingVote(proposed, last);
        _turn.Emit(new ElectionEffect.AskTail());
    }

    /// <summary>The log ends here: whoever waits for that is answered.</summary>
    public void JudgePreVotes(LogPoint tail)
    {
        foreach (var (candidate, pending) in _preVotes)
        {
            var granted = pending.Term > _termState.Term && !_soft.IsSticky && MayVote && HasEnough(pending.Last, tail);
            ReplyToPreVote(candidate, pending.Term, granted);
        }

        _preVotes.Clear();
    }

    /// <summary>
    /// Judges, in a term that is saved and fenced, whoever asked in this term or an earlier one; up to the first vote that has to be saved.
    /// </summary>
    public void JudgeVotes()
    {
        while (_votes.Count > 0 && !_termState.IsSaving)
        {
            var (candidate, pending) = _votes.First();
            if (pending.Term > _termState.Term) return;
            _votes.Remove(candidate);
            var votedFor = _termState.Saved.VotedFor;
            var granted = pending.Term == _termState.Term
                && (votedFor is null || votedFor == candidate)
                && _soft.Leader is null
                && MayVote
                && HasEnough(pending.Last, _termState.Tail);
            if (granted && votedFor is null) Save(candidate);
            else Reply(candidate, pending.Term, granted);
        }
    }

    /// <summary>The save is over: if it was for a vote, that is said now.</summary>
    public void SaveCompleted()
    {
        if (_granting is not { } grant) return;
        _granting = null;
        Reply(grant.To, grant.Term, grant.Term == _termState.Term);
    }

    /// <summary>SAFETY 1: the vote's reply waits for its sync.</summary>
    private void Save(string candidate)
    {
        // Who votes for another lets that one try first.
        _soft.PutOffElection();
        _soft.GiveUpPreVote();
        _granting = (candidate, _termState.Term);
        _termState.Save(_founders.StateOf(_termState.Term, candidate));
    }

    private bool HasEnough(LogPoint last, LogPoint tail) => last.IsAtLeastAsUpToDateAs(tail) && _founders.HasWhatCameAlong(last);

    /// <summary>A log holds no batch above the term that its owner asks to lead.</summary>
    private bool IsBefore(LogPoint last, Term term, string from)
    {
        if (last.Term <= term) return true;
        _turn.Emit(new ElectionEffect.Dropped($"a candidacy of {from} for term {term} with a log that ends at {last}"));
        return false;
    }

    private void Reply(string to, Term requested, bool granted) =>
        _turn.Emit(new ElectionEffect.SendVoteReply(to, _termState.Term, requested, granted));

    private void ReplyToPreVote(string to, Term proposed, bool granted) =>
        _turn.Emit(new ElectionEffect.SendPreVoteReply(to, _termState.Term, proposed, granted));

    /// <param name="Term">In which the candidate wants to lead.</param>
    /// <param name="Last">The end of its log.</param>
    private readonly record struct PendingVote(Term Term, LogPoint Last);
}
