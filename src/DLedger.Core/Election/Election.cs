namespace DLedger.Core;

/// <summary>
/// Raft elections (section 5.2) with pre-vote, leader stickiness, check-quorum and leadership transfer (thesis 3.10, 6.2, 9.6): events in, effects out.
/// The only owner of term, vote, role and leader.
/// </summary>
/// <remarks>
/// Everything with a higher term takes the same road, one step at a time, whoever brought it (SAFETY 1, 2):
/// <code>
///   wanted term -> Save -> Saved -> Fence -> Fenced(tail) -> settled: judge votes, answer the heartbeat, send vote requests
/// </code>
/// What arrives while that is under way waits in a place of its own per peer; a newer message of a peer replaces its older one.
/// </remarks>
public sealed partial class Election
{
    private const int LeaderlessInTimeouts = 4;

    private readonly ElectionSettings _settings;
    private readonly Func<TimeSpan> _drawTimeout;
    private readonly Func<long> _drawNonce;
    private readonly string[] _ids;
    private readonly SortedDictionary<string, PeerView> _peers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Ballot> _waitingVotes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Ballot> _waitingPreVotes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _votes = new(StringComparer.Ordinal);
    private List<ElectionEffect> _effects = [];

    private HardState _saved;
    private HardState? _saving;
    private Term _wanted;
    private bool _wantedForSelf;
    private bool _peersChanged;
    private (string To, Term Term)? _grantAfterSave;
    private Term _fenceAsked = new(-1);
    private Term _fencedTerm = new(-1);
    private LogPoint _fencedTail;
    private (string From, Term Term, long Round)? _waitingHeartbeat;
    private bool _campaignOnTail;
    private bool _campaignIsTransfer;

    private TimeSpan _now;
    private TimeSpan _lastTick;
    private readonly TimeSpan _mayVoteFrom;
    private TimeSpan _electionDeadline;
    private TimeSpan _nextHello;
    private TimeSpan _leaderHeard = TimeSpan.MinValue;
    private TimeSpan _leaderKnown;
    private readonly TimeSpan _startedAt;
    private bool _storeHealthy = true;

    /// <param name="settings">Who is in the group, and the times.</param>
    /// <param name="loaded">What was on disk.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="drawTimeout">Draws an election timeout between the two limits.</param>
    /// <param name="drawNonce">Draws a number that nobody guesses.</param>
    public Election(ElectionSettings settings, HardState loaded, TimeSpan now, Func<TimeSpan> drawTimeout, Func<long> drawNonce)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(drawTimeout);
        ArgumentNullException.ThrowIfNull(drawNonce);
        _settings = settings;
        _drawTimeout = drawTimeout;
        _drawNonce = drawNonce;
        _ids = [.. settings.Peers.Append(settings.Self).Order(StringComparer.Ordinal)];
        _saved = loaded;
        _floor = loaded.Floor;
        _now = _lastTick = _leaderKnown = _startedAt = now;
        foreach (var id in settings.Peers) _peers.Add(id, new PeerView(id) { Nonce = drawNonce() });
        foreach (var known in loaded.Peers)
        {
            if (!_peers.TryGetValue(known.Id, out var peer)) continue;
            peer.Store = known.StoreId;
            peer.ConfirmedUs = known.ConfirmedUs;
        }

        // SAFETY 6: what this node promised before its restart (a lease, stickiness) must have run out before it votes again.
        var promisedNothing = settings.IsAlone || loaded.Term == Term.None;
        _mayVoteFrom = promisedNothing ? now : now + settings.ElectionTimeoutMin;
        _electionDeadline = settings.IsAlone ? now : now + drawTimeout();
        _nextHello = now;
    }

    public Role Role { get; private set; } = Role.Follower;

    /// <summary>The term that is on disk.</summary>
    public Term Term => _saved.Term;

    public string? Leader { get; private set; }

    public string? VotedFor => _saved.VotedFor;

    /// <summary>What keeps this node from voting or campaigning, or the group from having a leader, in one line; null when nothing does.</summary>
    public string? Problem
    {
        get
        {
            if (ListProblem() is { } problem) return problem;
            if (ProtocolProblem() is { } versions) return versions;
            var refusing = _peers.Values.Where(peer => peer.RefusesUs).Select(peer => peer.Id).ToArray();
            if (refusing.Length > 0)
                return $"{string.Join(", ", refusing)} knew this member by another data folder; it is brought up to date but does not vote until it is readmitted";
            var missing = _peers.Values.Where(peer => !peer.ConfirmedUs).Select(peer => peer.Id).ToArray();
            if (missing.Length > 0) return $"the first start of a group needs every member once; not met yet: {string.Join(", ", missing)}";
            return _storeHealthy ? LeaderProblem() : "the disk stalls or has no space for control records; not a candidate until it recovers";
        }
    }

    /// <summary>Hands over the effects so far, in order.</summary>
    public IReadOnlyList<ElectionEffect> TakeEffects()
    {
        var effects = _effects;
        _effects = [];
        return effects;
    }

    /// <summary>The first event: fences the log at the saved term, so that votes of this term can be judged (SAFETY 3).</summary>
    public void Start()
    {
        _wanted = _saved.Term;
        Advance();
    }

    /// <summary>The save asked for is on disk.</summary>
    public void Saved()
    {
        Invariant.Holds(_saving is not null, "A save was reported that nobody asked for.");
        var newTerm = _saving.Term > _saved.Term;
        Invariant.Holds(_saving.Term >= _saved.Term, "Terms never go back (Raft 5.1).");
        var isFirstList = _saved.Founders is null;
        var isNewList = !isFirstList && _saving.Founders != _saved.Founders;
        _saved = _saving;
        _saving = null;
        if (isFirstList) GreetPeers();
        if (isNewList) KnownAnew();
        if (newTerm) EnterTerm();
        if (_grantAfterSave is { } grant)
        {
            _grantAfterSave = null;
            Emit(new ElectionEffect.SendVoteReply(grant.To, Term, grant.Term, Granted: grant.Term == Term));
        }

        TellStandings();
        AnswerHellos();
        Advance();
    }

    /// <summary>The log refuses everything below <paramref name="term"/>; its last batch was <paramref name="tail"/>.</summary>
    public void Fenced(Term term, LogPoint tail)
    {
        if (term != _saved.Term) return; // an answer to a fence that a later one has overtaken
        _fencedTerm = term;
        _fencedTail = tail;
        ConsiderNewPeers();
        AnswerHellos();
        Advance();
    }

    /// <summary>A message of whatever kind showed a higher term (Raft 5.1).</summary>
    public void HigherTermSeen(Term term)
    {
        if (IsPlausible(term, "a message")) Want(term, forSelf: false);
        Advance();
    }

    /// <summary>The log's owner can or cannot write: a stalled disk, or no space left for control records (SAFETY 24, 27).</summary>
    public void StoreHealth(bool healthy, TimeSpan now)
    {
        _now = now;
        if (_storeHealthy == healthy) return;
        _storeHealthy = healthy;
        Emit(new ElectionEffect.Note(healthy ? "The disk is well again" : "The disk stalls or is full: neither leader nor candidate until it recovers"));
        if (healthy) ResetElectionDeadline();
        else if (Role == Role.Leader) StepDown("its disk stalls or is full");
        else if (Role != Role.Follower) BecomeFollower(null);
    }

    /// <summary>Moves on as far as saves and fences allow: the one place where a term changes.</summary>
    private void Advance()
    {
        if (_saving is not null) return;
        if (_saved.Founders is null)
        {
            // Before anybody hears of us: a list that is told and forgotten would be another one next time.
            Save(_saved with { Founders = FoundersOf(_saved) });
            return;
        }

        if (_wanted > _saved.Term)
        {
            // SAFETY 1: saved before anything is said on its strength. A candidate's own vote is saved with its term.
            Save(State(_wanted, _wantedForSelf ? _settings.Self : null));
            return;
        }

        if (_fencedTerm < _saved.Term)
        {
            if (_fenceAsked < _saved.Term)
            {
                _fenceAsked = _saved.Term;
                Emit(new ElectionEffect.Fence(_saved.Term));
            }
        }
        else
        {
            Settled();
        }

        if (_saving is null && _peersChanged && ListFits) Save(State(Term, VotedFor));
    }

    /// <summary>Saved and fenced in the current term: what waited for that is done now.</summary>
    private void Settled()
    {
        if (_waitingHeartbeat is { } heartbeat && heartbeat.Term <= Term)
        {
            _waitingHeartbeat = null;
            AcceptHeartbeat(heartbeat.From, heartbeat.Term, heartbeat.Round);
        }

        if (Role == Role.Candidate && _votes.Count == 0) RequestVotes();
        if (Role == Role.Candidate && _votes.Count >= _settings.Quorum) BecomeLeader();
        JudgeWaitingVotes();
    }

    /// <summary>What is to be on disk. Whom we know by another list than our own is not for the disk.</summary>
    private HardState State(Term term, string? votedFor) =>
        _saved with { Term = term, VotedFor = votedFor, Peers = ListFits ? KnownPeers() : _saved.Peers, Floor = ListFits ? _floor : _saved.Floor };

    /// <summary>A term out of all proportion is not even saved: it would stay on disk for good, and the terms after it might be more than can be read.</summary>
    private bool IsPlausible(Term term, string what)
    {
        if (term.IsPlausibleAfter(Term)) return true;
        Emit(new ElectionEffect.Dropped($"{what} of term {term}, which nobody can have reached from {Term}"));
        return false;
    }

    private void Want(Term term, bool forSelf)
    {
        if (term <= _wanted) return;
        _wanted = term;
        _wantedForSelf = forSelf;
    }

    private void Save(HardState state)
    {
        _saving = state;
        _peersChanged = false;
        Emit(new ElectionEffect.Save(state));
    }

    private void EnterTerm()
    {
        var wasLeader = Role == Role.Leader;
        _votes.Clear();
        // A disk that fell ill during the save makes no leader: it would lead without ever committing.
        if (_saved.VotedFor == _settings.Self && _storeHealthy)
        {
            Role = Role.Candidate;
            Leader = null;
            ResetElectionDeadline();
            Emit(new ElectionEffect.Note($"Candidate in term {Term}"));
            return;
        }

        if (wasLeader) Emit(new ElectionEffect.Note($"Deposed by term {Term}"));
        // The fence that comes next makes the log's owner a follower of nobody.
        Role = Role.Follower;
        Leader = null;
        _campaignOnTail = false;
        ResetElectionDeadline();
    }

    private void BecomeFollower(string? leader)
    {
        if (Role != Role.Follower || Leader != leader)
        {
            if (leader is not null) Emit(new ElectionEffect.Note($"Follower of {leader} in term {Term}"));
            Role = Role.Follower;
            Leader = leader;
        }

        _campaignOnTail = false;
        ResetElectionDeadline();
        // Before its fence the log knows nothing of this term; the fence makes it a follower of nobody by itself.
        if (_fenceAsked == Term) Emit(new ElectionEffect.Follow(Term, leader));
    }

    private void StepDown(string reason)
    {
        Emit(new ElectionEffect.Note($"No longer leader in term {Term}: {reason}"));
        BecomeFollower(null);
    }

    /// <summary>A few elections may fail; more than that is worth a word.</summary>
    private string? LeaderProblem()
    {
        var since = _now - _leaderKnown;
        if (Leader is not null || since <= _settings.ElectionTimeoutMax * LeaderlessInTimeouts) return null;
        var silent = _peers.Values.Where(peer => !IsReachable(peer.Id)).ToArray();
        if (_peers.Count + 1 - silent.Length >= _settings.Quorum) return $"no leader for {Seconds(since)} s, though a quorum is reachable";
        var shortest = silent.Min(peer => _now - (peer.LastHeard == TimeSpan.MinValue ? _startedAt : peer.LastHeard));
        return $"no leader: no quorum is reachable: {string.Join(", ", silent.Select(peer => peer.Id))} silent for {Seconds(shortest)} s";
    }

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;

    private KnownPeer[] KnownPeers() =>
        [.. _peers.Values.Where(peer => peer.Store is not null).Select(peer => new KnownPeer(peer.Id, peer.Store!.Value, peer.ConfirmedUs))];

    private void ResetElectionDeadline() => _electionDeadline = _now + _drawTimeout();

    private TimeSpan Since(TimeSpan then) => then == TimeSpan.MinValue ? TimeSpan.MaxValue : _now - then;

    private void Emit(ElectionEffect effect) => _effects.Add(effect);

    private readonly record struct Ballot(Term Term, LogPoint Last, bool Transfer);
}
