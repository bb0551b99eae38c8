namespace DLedger.Core;

/// <summary>This member as a voter: who asks for its vote or its pre-vote, and what they get (Raft 5.2, 5.4.1; thesis 9.6).</summary>
internal sealed class Ballots
{
    private readonly ElectionTurn _turn;
    private readonly TermRoad _road;
    private readonly SoftState _soft;
    private readonly PeerBook _book;
    private readonly Founders _founders;

    /// <summary>SAFETY 6: what this member promised before its restart (a lease, stickiness) has run out from here on.</summary>
    private readonly TimeSpan _quietUntil;

    /// <summary>Vote requests whose term is not saved and fenced yet, by candidate: a newer one takes the place of an older.</summary>
    private readonly SortedDictionary<string, Ballot> _votes = new(StringComparer.Ordinal);

    /// <summary>Pre-vote requests that wait for the log's tail; the same.</summary>
    private readonly SortedDictionary<string, Ballot> _preVotes = new(StringComparer.Ordinal);

    /// <summary>The vote that the save under way is for: said once it is on disk (SAFETY 1).</summary>
    private (string To, Term Term)? _granting;

    /// <param name="promisedNothing">Nobody can rely on what this member said before it started.</param>
    public Ballots(
        ElectionTurn turn, TermRoad road, SoftState soft, PeerBook book, Founders founders, ElectionSettings settings, bool promisedNothing)
    {
        _turn = turn;
        _road = road;
        _soft = soft;
        _book = book;
        _founders = founders;
        _quietUntil = promisedNothing ? turn.Now : turn.Now + settings.ElectionTimeoutMin;
    }

    public bool MayVote => !IsQuiet && _founders.Fit && _book.IsFounded;

    private bool IsQuiet => _turn.Now < _quietUntil;

    public void VoteRequested(string from, Term term, LogPoint last, bool isTransfer)
    {
        if (term < _road.Term)
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

        _road.Want(term, forSelf: false);
        _votes[from] = new Ballot(term, last);
    }

    /// <summary>A pre-vote changes no term and fences nothing (SAFETY 4).</summary>
    public void PreVoteRequested(string from, Term proposed, LogPoint last)
    {
        if (proposed <= _road.Term || _soft.IsSticky || !MayVote)
        {
            ReplyToPreVote(from, proposed, granted: false);
            return;
        }

        if (!IsBefore(last, proposed, from)) return;
        _preVotes[from] = new Ballot(proposed, last);
        _turn.Emit(new ElectionEffect.AskTail());
    }

    /// <summary>The log ends here: whoever waits for that is answered.</summary>
    public void JudgePreVotes(LogPoint tail)
    {
        foreach (var (candidate, ballot) in _preVotes)
        {
            var granted = ballot.Term > _road.Term && !_soft.IsSticky && MayVote && HasEnough(ballot.Last, tail);
            ReplyToPreVote(candidate, ballot.Term, granted);
        }

        _preVotes.Clear();
    }

    /// <summary>
    /// Judges, in a term that is saved and fenced, whoever asked in this term or an earlier one; up to the first vote that has to be saved.
    /// </summary>
    public void JudgeVotes()
    {
        while (_votes.Count > 0 && !_road.IsSaving)
        {
            var (candidate, ballot) = _votes.First();
            if (ballot.Term > _road.Term) return;
            _votes.Remove(candidate);
            var votedFor = _road.Saved.VotedFor;
            var granted = ballot.Term == _road.Term
                && (votedFor is null || votedFor == candidate)
                && _soft.Leader is null
                && MayVote
                && HasEnough(ballot.Last, _road.Tail);
            if (granted && votedFor is null) Save(candidate);
            else Reply(candidate, ballot.Term, granted);
        }
    }

    /// <summary>The save is over: if it was for a vote, that is said now.</summary>
    public void SaveCompleted()
    {
        if (_granting is not { } grant) return;
        _granting = null;
        Reply(grant.To, grant.Term, grant.Term == _road.Term);
    }

    /// <summary>SAFETY 1: the vote's reply waits for its sync.</summary>
    private void Save(string candidate)
    {
        // Who votes for another lets that one try first.
        _soft.PutOffElection();
        _soft.GiveUpPreVote();
        _granting = (candidate, _road.Term);
        _road.Save(_founders.StateOf(_road.Term, candidate));
    }

    private bool HasEnough(LogPoint last, LogPoint tail) => last.IsAtLeastAsUpToDateAs(tail) && _founders.HasWhatCameAlong(last);

    /// <summary>A log holds no batch above the term that its owner asks to lead.</summary>
    private bool IsBefore(LogPoint last, Term term, string from)
    {
        if (last.Term <= term) return true;
        _turn.Emit(new ElectionEffect.Dropped($"a candidacy of {from} for term {term} with a log that ends at {last}"));
        return false;
    }

    private void Reply(string to, Term requested, bool granted) => _turn.Emit(new ElectionEffect.SendVoteReply(to, _road.Term, requested, granted));

    private void ReplyToPreVote(string to, Term proposed, bool granted) =>
        _turn.Emit(new ElectionEffect.SendPreVoteReply(to, _road.Term, proposed, granted));

    /// <param name="Term">In which the candidate wants to lead.</param>
    /// <param name="Last">The end of its log.</param>
    private readonly record struct Ballot(Term Term, LogPoint Last);
}
