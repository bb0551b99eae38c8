namespace DLedger.Core;

/// <summary>
/// What a member may forget, unlike its <see cref="HardState"/>: its role in its term, whom it takes for the leader, and how long it goes on
/// believing that.
/// </summary>
internal sealed class SoftState
{
    private readonly ElectionTurn _turn;
    private readonly TermState _termState;
    private readonly ElectionSettings _settings;
    private readonly Func<TimeSpan> _drawTimeout;

    /// <summary>
    /// When a leader was last heard, of this term or an earlier one; of this member as leader, when it sent the last round that a quorum answered.
    /// From then on nobody else gets its vote for a while, whatever becomes of that leader meanwhile: it may hold a lease (SAFETY 79).
    /// </summary>
    private TimeSpan _leaderHeard = TimeSpan.MinValue;

    /// <summary>
    /// When anybody was last known to lead, be it this member; at first, when it started. Only for what is said of a group without a leader.
    /// </summary>
    private TimeSpan _leaderKnown;

    /// <summary>
    /// Who does not lead tries to be elected from here on. Drawn anew whenever there is a reason to wait: a heartbeat, a vote given, a new term, a
    /// pause. A leader leaves it alone.
    /// </summary>
    private TimeSpan _electionDeadline;

    /// <param name="isAlone">Nobody else is needed for a quorum: there is no leader to wait for.</param>
    public SoftState(ElectionTurn turn, TermState termState, ElectionSettings settings, Func<TimeSpan> drawTimeout, bool isAlone)
    {
        _turn = turn;
        _termState = termState;
        _settings = settings;
        _drawTimeout = drawTimeout;
        _leaderKnown = turn.Now;
        _electionDeadline = isAlone ? turn.Now : turn.Now + drawTimeout();
    }

    /// <summary>In the saved term. A new term begins as follower, or as candidate if the vote saved with it is our own.</summary>
    public Role Role { get; private set; } = Role.Follower;

    /// <summary>Who leads the saved term, as far as this member knows: at most one (Raft 5.2), itself if it is <see cref="Role.Leader"/>.</summary>
    public string? Leader { get; private set; }

    /// <summary>Thesis 4.2.3: a node that hears a live leader does not help to depose it.</summary>
    public bool IsSticky => Role == Role.Leader || HasPromised;

    /// <summary>A leader of whatever term was heard a moment ago.</summary>
    private bool HasPromised => _turn.Since(_leaderHeard) < _settings.ElectionTimeoutMin;

    public bool IsElectionDue => _turn.Now >= _electionDeadline;

    /// <summary>How long nobody has been known to lead.</summary>
    public TimeSpan LeaderlessFor => Leader is null ? _turn.Now - _leaderKnown : TimeSpan.Zero;

    public bool Leads(Term term) => Role == Role.Leader && term == _termState.Term;

    public void Tick()
    {
        if (Leader is not null) _leaderKnown = _turn.Now;
    }

    public void PutOffElection() => _electionDeadline = _turn.Now + _drawTimeout();

    /// <summary>A new term is on disk.</summary>
    public void EnterTerm(bool asCandidate)
    {
        if (asCandidate) Note($"Candidate in term {_termState.Term}");
        else if (Role == Role.Leader) Note($"Deposed by term {_termState.Term}");
        // The fence that comes next makes the log's owner a follower of nobody.
        Role = asCandidate ? Role.Candidate : Role.Follower;
        Leader = null;
        PutOffElection();
    }

    public void StartPreVote() => Role = Role.PreCandidate;

    /// <summary>Lets another try first, or one with a better log.</summary>
    public void GiveUpPreVote()
    {
        if (Role == Role.PreCandidate) Role = Role.Follower;
    }

    /// <summary>Whoever is elected would lack what everybody must have: this member asks nobody.</summary>
    public void GiveUpCandidacy() => Role = Role.Follower;

    public void Lead()
    {
        Role = Role.Leader;
        Leader = _settings.Self;
        Note($"Leader in term {_termState.Term}");
    }

    /// <summary>A heartbeat of the leader of this term.</summary>
    public void Hear(string leader)
    {
        _leaderHeard = _turn.Now;
        if (Leader != leader || Role != Role.Follower) Follow(leader);
        else PutOffElection();
    }

    /// <summary>
    /// A quorum has answered the heartbeats that this member sent then: it keeps to its own lease as the others do, also when it is deposed.
    /// </summary>
    public void PromiseSelf(TimeSpan sentAt)
    {
        if (sentAt > _leaderHeard) _leaderHeard = sentAt;
    }

    public void Follow(string? leader)
    {
        if (leader is not null && (Role != Role.Follower || Leader != leader)) Note($"Follower of {leader} in term {_termState.Term}");
        Role = Role.Follower;
        Leader = leader;
        PutOffElection();
        // Before its fence the log knows nothing of this term; the fence makes it a follower of nobody by itself.
        if (_termState.IsFenceAsked) _turn.Emit(new ElectionEffect.Follow(_termState.Term, leader));
    }

    public void StepDown(string reason)
    {
        Note($"No longer leader in term {_termState.Term}: {reason}");
        Follow(null);
    }

    /// <summary>A member that may not campaign has lost its leader all the same, and must not send clients there.</summary>
    public void ForgetLeader()
    {
        if (Leader is null) return;
        Note($"Lost sight of leader {Leader} of term {_termState.Term}");
        Leader = null;
        _turn.Emit(new ElectionEffect.Follow(_termState.Term, null));
    }

    private void Note(string text) => _turn.Emit(new ElectionEffect.Note(text));
}
