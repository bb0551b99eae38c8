namespace DLedger.Core;

/// <summary>
/// The steps that every higher term takes, one at a time, whoever brought it (SAFETY 1, 2). The only owner of the hard state.
/// </summary>
/// <remarks>
/// <code>
///   wanted -> Save -> saved -> Fence -> fenced, with tail and members -> complete: the Election does what waited for that
/// </code>
/// A term that is overtaken on its way is saved or fenced all the same if that had begun, and nothing more is done in it.
/// </remarks>
internal sealed class TermState(ElectionTurn turn, HardState loaded, Membership members)
{
    private static readonly Term Never = new(-1);

    /// <summary>What the disk is writing; null when it writes nothing. Never two at a time (SAFETY 1).</summary>
    private HardState? _saving;

    /// <summary>The highest term that anybody showed us, or that we want to be elected in: never below the saved one.</summary>
    private Term _wanted = loaded.Term;

    /// <summary>Whether the wanted term is one of ours: then our own vote is saved with it. A still higher term of another's undoes that.</summary>
    private bool _wantedForSelf;

    /// <summary>What is to be remembered of the peers has changed since a save was last asked for. One for another reason takes it along.</summary>
    private bool _peersChanged;

    /// <summary>The last term in which the log was asked for a fence: at most the saved one, and the answer may be out.</summary>
    private Term _fenceAsked = Never;

    /// <summary>The last term in which the log answered: at most <see cref="_fenceAsked"/>.</summary>
    private Term _fenced = Never;

    /// <summary>What is on disk: all that may be spoken of.</summary>
    public HardState Saved { get; private set; } = loaded;

    /// <summary>Where the log ended when it was fenced in <see cref="_fenced"/>. No batch of an earlier term comes behind it any more.</summary>
    public LogPoint Tail { get; private set; }

    /// <summary>The set that was in force at <see cref="Tail"/>; at first, the one that the election began with.</summary>
    public Membership Members { get; private set; } = members;

    public Term Term => Saved.Term;

    public bool IsSaving => _saving is not null;

    /// <summary>A term above the saved one is being adopted, or will be after the save under way.</summary>
    public bool IsLeavingTerm => _wanted > Term;

    /// <summary>From here on the log's owner knows of the saved term.</summary>
    public bool IsFenceAsked => _fenceAsked == Term;

    /// <summary>The log takes nothing below the saved term any more, and <see cref="Tail"/> is of this term.</summary>
    public bool IsFenced => _fenced == Term;

    /// <summary>The log has answered at least once in this life.</summary>
    public bool HasMetTheLog => _fenced > Never;

    /// <summary>The peers have to be saved, and nothing else is being saved.</summary>
    public bool OwesSave => _peersChanged && !IsSaving;

    /// <summary>
    /// A term out of all proportion is not even saved: it would stay on disk for good, and the terms after it might be more than can be read.
    /// </summary>
    public bool IsPlausible(Term term, string what)
    {
        if (term.IsPlausibleAfter(Term)) return true;
        turn.Emit(new ElectionEffect.Dropped($"{what} of term {term}, which nobody can have reached from {Term}"));
        return false;
    }

    /// <summary>Sets out for this term, unless a higher one is wanted already.</summary>
    public void Want(Term term, bool forSelf)
    {
        if (term <= _wanted) return;
        _wanted = term;
        _wantedForSelf = forSelf;
    }

    /// <summary>The term to be saved next, and the vote that goes with it.</summary>
    public (Term Term, bool ForSelf) Next => (_wanted, _wantedForSelf);

    public void PeersChanged() => _peersChanged = true;

    public void Save(HardState state)
    {
        Invariant.Holds(_saving is null, "One save at a time (SAFETY 1).");
        _saving = state;
        _peersChanged = false;
        turn.Emit(new ElectionEffect.Save(state));
    }

    /// <summary>The save under way is on disk. Gives what was there before.</summary>
    public HardState SaveCompleted()
    {
        Invariant.Holds(_saving is not null, "A save was reported that nobody asked for.");
        Invariant.Holds(_saving.Term >= Saved.Term, "Terms never go back (Raft 5.1).");
        var before = Saved;
        Saved = _saving;
        _saving = null;
        return before;
    }

    /// <summary>Once a term.</summary>
    public void AskFence()
    {
        if (IsFenceAsked) return;
        _fenceAsked = Term;
        turn.Emit(new ElectionEffect.Fence(Term));
    }

    /// <summary>False: the answer to a fence that a later term has overtaken.</summary>
    public bool TryFence(Term term, LogPoint tail, Membership members)
    {
        if (term != Term) return false;
        _fenced = term;
        Tail = tail;
        Members = members;
        return true;
    }
}
