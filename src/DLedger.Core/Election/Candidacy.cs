namespace DLedger.Core;

/// <summary>This member's own attempt to be elected: a pre-vote (thesis 9.6), then a candidacy (Raft 5.2).</summary>
/// <remarks>
/// <code>
///   pre-vote: ask the log for its tail -> ask all voters -> a quorum would vote: want the next term
///   candidacy: that term is saved with our vote and fenced -> ask all voters -> a quorum voted: lead
/// </code>
/// Who is asked, and by whom the answers are counted, is a matter of the set that came with the tail (SAFETY 37).
/// </remarks>
internal sealed class Candidacy(ElectionTurn turn, TermState termState, SoftState soft, Founders founders, ElectionSettings settings)
{
    /// <summary>
    /// Who would vote for us, or did: a set, for answers may come twice. Empty until we ask, and again as soon as the next step begins. By id:
    /// whoever answers under it was judged when its message came in (SAFETY 7).
    /// </summary>
    private readonly SortedSet<string> _votes = new(StringComparer.Ordinal);

    /// <summary>
    /// Who was asked last, and by whom the answers are counted (SAFETY 37): before a pre-vote the set that came with the tail, before a vote that of
    /// the fence. Until anybody was asked, the one that the election began with.
    /// </summary>
    private Membership _asked = termState.Members;

    /// <summary>The tail that is to come is for our pre-vote, not only for those of others.</summary>
    private bool _awaitsTail;

    /// <summary>
    /// The leader asked for the candidacy that is being saved, or was saved last (TimeoutNow): voters that hear it are to vote all the same.
    /// </summary>
    private bool _isTransfer;

    public bool IsWon => _asked.HasQuorum(member => _votes.Contains(member.Id));

    /// <summary>Saved, but nobody was asked yet.</summary>
    public bool IsToBegin => soft.Role == Role.Candidate && _votes.Count == 0;

    public void StartPreVote()
    {
        soft.StartPreVote();
        _votes.Clear();
        _votes.Add(settings.Self);
        _awaitsTail = true;
        turn.Emit(new ElectionEffect.AskTail());
    }

    /// <summary>The log ends here, with these members, and no fence: enough for a pre-vote.</summary>
    public void TailReported(LogPoint tail, Membership inForce)
    {
        if (!_awaitsTail) return;
        _awaitsTail = false;
        if (soft.Role != Role.PreCandidate) return;
        if (!founders.HasWhatCameAlong(tail))
        {
            soft.GiveUpPreVote();
            return;
        }

        _asked = inForce;
        foreach (var id in Voters()) turn.Emit(new ElectionEffect.SendPreVoteRequest(id, termState.Term, termState.Term.Next, tail));
    }

    /// <summary>Sets out for the next term, with our own vote.</summary>
    public void Campaign(bool isTransfer)
    {
        // Something with a higher term is being adopted already: let it come.
        if (termState.IsLeavingTerm || termState.Term >= Term.Max) return;
        _isTransfer = isTransfer;
        _votes.Clear();
        termState.Want(termState.Term.Next, forSelf: true);
    }

    /// <summary>A new term is saved: nobody has been asked in it.</summary>
    public void EnterTerm() => _votes.Clear();

    /// <summary>The term is saved and fenced: asks for votes, with the tail and by the set of the fence (SAFETY 2, 37).</summary>
    public void RequestVotes()
    {
        if (!founders.HasWhatCameAlong(termState.Tail))
        {
            soft.GiveUpCandidacy();
            return;
        }

        _asked = termState.Members;
        _votes.Add(settings.Self);
        foreach (var id in Voters()) turn.Emit(new ElectionEffect.SendVoteRequest(id, termState.Term, termState.Tail, _isTransfer));
    }

    /// <summary>A member would vote for us in this term. True if that is the last that was missing.</summary>
    public bool PreVoteGranted(string from, Term proposed)
    {
        if (soft.Role != Role.PreCandidate || proposed != termState.Term.Next || !WasAsked(from)) return false;
        _votes.Add(from);
        return IsWon;
    }

    /// <summary>A member voted for us in the term <paramref name="requested"/>, and is in <paramref name="term"/> itself.</summary>
    public void VoteGranted(string from, Term term, Term requested)
    {
        // A reply to another term's request, or one that comes twice, adds nothing.
        if (soft.Role != Role.Candidate || requested != termState.Term || term != termState.Term || _votes.Count == 0 || !WasAsked(from)) return;
        _votes.Add(from);
    }

    private bool WasAsked(string id) => Voters().Contains(id);

    /// <summary>All others that vote in either half.</summary>
    private IEnumerable<string> Voters() =>
        _asked.Members.Where(member => member.Id != settings.Self && !_asked.Learners.Contains(member)).Select(member => member.Id);
}
