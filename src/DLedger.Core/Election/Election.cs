namespace DLedger.Core;

/// <summary>
/// Raft elections (section 5.2) with pre-vote, leader stickiness, check-quorum and leadership transfer (thesis 3.10, 6.2, 9.6): events in, effects
/// out. The only owner of term, vote, role and leader.
/// </summary>
/// <remarks>
/// Here events come in and are led to the parts that know what to make of them; and here a member goes through the steps of <see cref="TermState"/>,
/// whoever brought the higher term. What arrives while that is under way waits in a place of its own per peer; a newer message of a peer replaces
/// its older one.
/// <code>
///   TermState           what is on disk, the term on its way there, and the fence in it
///   SoftState           role, leader, election timeout
///   PeerTable           what is known of the others; Greetings and PeerTrust: how that is learned; Founders: whose folder this is
///   Voter               the votes that others ask for
///   Candidacy           the votes that this member asks for
///   Leadership          heartbeats, check-quorum, probes of the log
///   LeadershipTransfer  handing over
/// </code>
/// </remarks>
internal sealed class Election
{
    private const int LeaderlessInTimeouts = 4;

    // An answer in our term to a heartbeat of an earlier one confirms nothing: its sender may lead our term by now, and count its rounds from one
    // again after a restart.
    private const long NoRound = 0;

    private readonly ElectionSettings _settings;
    private readonly ElectionTurn _turn;
    private readonly TermState _termState;
    private readonly SoftState _soft;
    private readonly PeerTable _peers;
    private readonly Founders _founders;
    private readonly Greetings _greetings;
    private readonly PeerTrust _trust;
    private readonly Voter _voter;
    private readonly Candidacy _candidacy;
    private readonly Leadership _leadership;
    private readonly LeadershipTransfer _transfer;

    /// <summary>When time passed last: a long gap is a pause of the whole process.</summary>
    private TimeSpan _lastTick;

    /// <summary>The heartbeat of the highest term, of its newest round, that came before that term was saved and fenced.</summary>
    private (string From, Term Term, long Round)? _waitingHeartbeat;

    /// <summary>Whether the log can be written to, as its owner told last (SAFETY 24, 27). Who cannot neither leads nor tries to.</summary>
    private bool _storeIsHealthy = true;

    /// <param name="settings">Who this member is, and the times.</param>
    /// <param name="members">The set in force.</param>
    /// <param name="loaded">What was on disk.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="drawTimeout">Draws an election timeout between the two limits.</param>
    /// <param name="drawNonce">Draws a number that nobody guesses.</param>
    /// <param name="leaseClock">Monotonic, and goes on while the machine sleeps; null where <paramref name="now"/> does so as well.</param>
    public Election(
        ElectionSettings settings,
        Membership members,
        HardState loaded,
        TimeSpan now,
        Func<TimeSpan> drawTimeout,
        Func<long> drawNonce,
        Func<TimeSpan>? leaseClock = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(loaded);
        ArgumentNullException.ThrowIfNull(drawTimeout);
        ArgumentNullException.ThrowIfNull(drawNonce);
        _settings = settings;
        _lastTick = now;
        _turn = new ElectionTurn(now);
        _termState = new TermState(_turn, loaded, members);
        _peers = new PeerTable(_turn, settings, members, loaded, drawNonce);
        _soft = new SoftState(_turn, _termState, settings, drawTimeout, IsAlone);
        _founders = new Founders(_turn, _termState, _peers, settings, loaded);
        _greetings = new Greetings(_turn, _termState, _peers, _founders, settings, drawNonce);
        _trust = new PeerTrust(_turn, _termState, _peers, _founders, _greetings, settings);
        // SAFETY 6: nobody relies on a member that is alone, or that has never been in any term.
        _voter = new Voter(_turn, _termState, _soft, _peers, _founders, settings, promisedNothing: IsAlone || loaded.Term == Term.None);
        _candidacy = new Candidacy(_turn, _termState, _soft, _founders, settings);
        _leadership = new Leadership(_turn, _termState, _soft, _peers, settings, leaseClock ?? (() => _turn.Now));
        _transfer = new LeadershipTransfer(_turn, _termState, _soft, _peers, _leadership, settings);
    }

    public Role Role => _soft.Role;

    /// <summary>The term that is on disk.</summary>
    public Term Term => _termState.Term;

    public string? Leader => _soft.Leader;

    public string? VotedFor => _termState.Saved.VotedFor;

    /// <summary>What keeps this node from voting or campaigning, or the group from having a leader, in one line; null when nothing does.</summary>
    public string? Problem => _founders.Problem ?? _trust.Problem ?? DiskProblem ?? LeaderProblem;

    private string? DiskProblem => _storeIsHealthy ? null : "the disk stalls or has no space for control records; not a candidate until it recovers";

    /// <summary>A few elections may fail; more than that is worth a word.</summary>
    private string? LeaderProblem =>
        _soft.LeaderlessFor > _settings.ElectionTimeoutMax * LeaderlessInTimeouts ? _peers.LeaderlessBecause(_soft.LeaderlessFor) : null;

    /// <summary>Nobody has to be waited for, or be spared by a pre-vote. No more depends on it: a candidate counts by the set of its fence.</summary>
    private bool IsAlone => _peers.Members.HasQuorum(member => member.Id == _settings.Self);

    private bool MayCampaign => _voter.MayVote && _storeIsHealthy;

    /// <summary>Whether a message of this store of this peer counts (SAFETY 7).</summary>
    public bool IsTrusted(string peer, Guid store) => _trust.IsTrusted(peer, store);

    public bool IsReachable(string peer) => _peers.IsReachable(peer);

    public bool IsWiped(string peer) => _peers.Find(peer) is { IsWiped: true };

    /// <summary>Hands over the effects so far, in order.</summary>
    public IReadOnlyList<ElectionEffect> TakeEffects() => _turn.TakeEffects();

    /// <summary>The first event: fences the log at the saved term, so that votes of this term can be judged (SAFETY 3).</summary>
    public void Start() => Advance();

    /// <summary>The save asked for is on disk.</summary>
    public void Saved()
    {
        var before = _termState.SaveCompleted();
        if (before.Founders is null) _greetings.AskAround();
        else if (before.Founders != _termState.Saved.Founders) _trust.KnownAnew();
        if (Term > before.Term) EnterTerm();
        _voter.SaveCompleted();
        _trust.TellStandings();
        _greetings.Answer();
        Advance();
    }

    /// <summary>
    /// The log refuses everything below <paramref name="term"/>; its last batch was <paramref name="tail"/>, and this was the set in force there.
    /// </summary>
    public void Fenced(Term term, LogPoint tail, Membership members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (!_termState.TryFence(term, tail, members)) return;
        _peers.Members = members;
        _founders.ConsiderExchange();
        _greetings.Answer();
        Advance();
    }

    /// <summary>The log's tail, asked for without a fence: enough for pre-votes.</summary>
    public void TailReported(LogPoint tail, Membership members, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(members);
        _turn.Now = now;
        _peers.Members = members;
        _voter.JudgePreVotes(tail);
        _candidacy.TailReported(tail, members);
    }

    /// <summary>The log's owner can or cannot write: a stalled disk, or no space left for control records (SAFETY 24, 27).</summary>
    public void StoreHealth(bool healthy, TimeSpan now)
    {
        _turn.Now = now;
        if (_storeIsHealthy == healthy) return;
        _storeIsHealthy = healthy;
        var news = healthy ? "The disk is well again" : "The disk stalls or is full: neither leader nor candidate until it recovers";
        _turn.Emit(new ElectionEffect.Note(news));
        if (healthy) _soft.PutOffElection();
        else if (Role == Role.Leader) _soft.StepDown("its disk stalls or is full");
        else if (Role != Role.Follower) _soft.Follow(null);
    }

    /// <summary>Time passes. Call at least once every half heartbeat interval.</summary>
    public void Tick(TimeSpan now)
    {
        _turn.Now = now;
        ForgivePause(now - _lastTick);
        _lastTick = now;
        _soft.Tick();
        _greetings.AskAround();
        _transfer.Tick();
        if (Role == Role.Leader) TickLeader();
        else if (_soft.IsElectionDue) TimeOut();
    }

    /// <summary>A message of whatever kind showed a higher term (Raft 5.1).</summary>
    public void HigherTermSeen(Term term)
    {
        if (_termState.IsPlausible(term, "a message")) _termState.Want(term, forSelf: false);
        Advance();
    }

    /// <summary>Somebody in this member's name asks who we are.</summary>
    /// <param name="from">The member.</param>
    /// <param name="nonce">What an answer must show.</param>
    /// <param name="now">The time.</param>
    /// <param name="protocol">What it speaks.</param>
    public void HelloArrived(string from, long nonce, TimeSpan now, int protocol = ProtocolVersion.Current)
    {
        _turn.Now = now;
        if (_peers.Find(from) is not { } peer) return;
        if (protocol != _settings.Protocol)
        {
            _greetings.Refuse(peer, nonce);
            return;
        }

        _greetings.Asked(peer, nonce);
        Advance();
    }

    /// <summary>A member says that it speaks another version of the protocol. Neither counts for the other until both speak the same.</summary>
    public void HelloRefused(string from, long nonce, int protocol, TimeSpan now)
    {
        _turn.Now = now;
        if (_peers.Find(from) is { } peer && nonce == peer.Nonce && protocol != _settings.Protocol) _trust.Refused(peer, protocol);
    }

    /// <summary>A message of a store that does not count: if there is something that we don't know of its sender, it is asked.</summary>
    public void UntrustedHeard(string from, Guid store, TimeSpan now)
    {
        _turn.Now = now;
        if (_peers.Find(from) is { } peer && (peer.Greeting is null || peer.Current != store)) _greetings.AskSoon(peer);
    }

    /// <summary>A member says of itself what <paramref name="greeting"/> holds.</summary>
    public void HelloReplied(string from, Guid store, long nonce, Greeting greeting, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(greeting);
        _turn.Now = now;
        if (_peers.Find(from) is not { } peer || !_greetings.IsAnswer(peer, nonce)) return;
        _trust.Answered(peer, store, greeting);
        _founders.ConsiderExchange();
        _trust.TellStandings();
        _greetings.Answer();
        Advance();
    }

    /// <summary>A leader is alive (Raft 5.2). Answered also while a save is running (SAFETY 29).</summary>
    public void HeartbeatArrived(string from, Term term, long round, TimeSpan now)
    {
        Hear(from, now);
        if (!_termState.IsPlausible(term, $"a heartbeat of {from}")) return;
        if (term < Term)
        {
            ReplyToHeartbeat(from, NoRound);
        }
        else if (term == Term && _termState.IsFenceAsked)
        {
            AcceptHeartbeat(from, term, round);
        }
        else
        {
            // Also a heartbeat of a term that is saved and was never fenced, because a higher one came during that save: the log cannot follow it.
            _termState.Want(term, forSelf: false);
            if (_waitingHeartbeat is null || _waitingHeartbeat.Value.Term <= term) _waitingHeartbeat = (from, term, round);
            Advance();
        }
    }

    public void HeartbeatReplied(string from, Term term, long round, bool healthy, TimeSpan now)
    {
        Hear(from, now);
        if (!_termState.IsPlausible(term, $"an answer to a heartbeat by {from}")) return;
        var isForUs = _soft.Leads(term);
        if (isForUs && (round < NoRound || !_leadership.WasSent(round)))
        {
            // Counted, it would confirm reads of rounds to come.
            _turn.Emit(new ElectionEffect.Dropped($"an answer by {from} to a heartbeat that was never sent"));
            return;
        }

        _termState.Want(term, forSelf: false);
        if (isForUs) _leadership.Replied(from, round, healthy);
        Advance();
    }

    /// <summary>A dispatcher got an answer from this peer over the bulk transport in this term (SAFETY 29).</summary>
    public void BulkHeard(string from, Term term, TimeSpan now)
    {
        _turn.Now = now;
        if (_soft.Leads(term)) _leadership.BulkHeard(from);
    }

    /// <summary>The log's owner answered a probe.</summary>
    public void ProbeAnswered(long number, TimeSpan now)
    {
        _turn.Now = now;
        _leadership.ProbeAnswered(number);
    }

    /// <summary>
    /// Starts a heartbeat round now; <see cref="ElectionEffect.RoundConfirmed"/> with this token follows once a quorum has answered it (Raft 8,
    /// SAFETY 18).
    /// </summary>
    public void ConfirmLeadership(Term term, long token, TimeSpan now)
    {
        _turn.Now = now;
        // Who does not lead says nothing: the reader hears of the step-down with the data.
        if (_soft.Leads(term)) _leadership.Confirm(token);
    }

    /// <summary>Raft 5.2, 5.4.1: at most one vote a term, only for a log at least as up to date.</summary>
    public void VoteRequested(string from, Term term, LogPoint last, bool transfer, TimeSpan now)
    {
        Hear(from, now);
        if (!_termState.IsPlausible(term, $"a vote request of {from}")) return;
        _voter.VoteRequested(from, term, last, transfer);
        Advance();
    }

    /// <summary>A pre-vote changes no term and fences nothing (SAFETY 4).</summary>
    public void PreVoteRequested(string from, Term proposed, LogPoint last, TimeSpan now)
    {
        Hear(from, now);
        if (_termState.IsPlausible(proposed, $"a pre-vote request of {from}")) _voter.PreVoteRequested(from, proposed, last);
    }

    public void VoteReplied(string from, Term term, Term requested, bool granted, TimeSpan now)
    {
        Hear(from, now);
        if (!_termState.IsPlausible(term, $"a vote of {from}")) return;
        _termState.Want(term, forSelf: false);
        if (granted) _candidacy.VoteGranted(from, term, requested);
        // Counted once the term is fenced: a save of what we learned of peers may be running.
        Advance();
    }

    public void PreVoteReplied(string from, Term term, Term proposed, bool granted, TimeSpan now)
    {
        Hear(from, now);
        if (!_termState.IsPlausible(term, $"a pre-vote of {from}")) return;
        _termState.Want(term, forSelf: false);
        if (granted && _candidacy.PreVoteGranted(from, proposed)) _candidacy.Campaign(isTransfer: false);
        Advance();
    }

    /// <summary>The leader asks this node to take over at once (thesis 3.10): no pre-vote, and stickiness does not count.</summary>
    public void TimeoutNowArrived(string from, Term term, TimeSpan now)
    {
        Hear(from, now);
        if (term == Term && Leader == from && MayCampaign) _candidacy.Campaign(isTransfer: true);
        Advance();
    }

    /// <summary>
    /// A client asks this member to hand leadership over to <paramref name="to"/>. <see cref="ElectionEffect.AnswerTransfer"/> with this number
    /// follows in any case.
    /// </summary>
    public void TransferRequested(long request, string to, TimeSpan now)
    {
        _turn.Now = now;
        _transfer.Requested(request, to);
    }

    /// <summary>
    /// This member is to stop, and hands leadership over to the best peer before, if it leads and can. <see cref="ElectionEffect.HandedOver"/>
    /// follows in any case.
    /// </summary>
    public void HandOverRequested(TimeSpan now)
    {
        _turn.Now = now;
        _transfer.RequestedForStop();
    }

    /// <summary>All appends are committed and the peer, or this member before a stop, has them all.</summary>
    public void TransferReady(Term term, string to, TimeSpan now)
    {
        _turn.Now = now;
        if (_soft.Leads(term)) _transfer.Ready(to);
    }

    /// <summary>How many batches a peer lacks of what is committed.</summary>
    public void PeerLagIs(Term term, string peer, long batches, TimeSpan now)
    {
        _turn.Now = now;
        if (_soft.Leads(term)) _transfer.PeerLagIs(peer, batches);
    }

    /// <summary>Moves on as far as saves and fences allow: the one place where a term changes.</summary>
    private void Advance()
    {
        if (_termState.IsSaving) return;
        if (_termState.Saved.Founders is null)
        {
            // Before anybody hears of us: a list that is told and forgotten would be another one next time.
            _termState.Save(_founders.Found());
        }
        else if (_termState.IsLeavingTerm)
        {
            // SAFETY 1: saved before anything is said on its strength. A candidate's own vote is saved with its term.
            var (term, isForSelf) = _termState.Next;
            _termState.Save(_founders.StateOf(term, isForSelf ? _settings.Self : null));
        }
        else
        {
            if (_termState.IsFenced) CompleteTermChange();
            else _termState.AskFence();
            if (_termState.OwesSave && _founders.Fit) _termState.Save(_founders.StateOf(Term, VotedFor));
        }
    }

    /// <summary>Saved and fenced in the current term: what waited for that is done now.</summary>
    private void CompleteTermChange()
    {
        if (_waitingHeartbeat is { } heartbeat && heartbeat.Term <= Term)
        {
            _waitingHeartbeat = null;
            AcceptHeartbeat(heartbeat.From, heartbeat.Term, heartbeat.Round);
        }

        if (_candidacy.IsToBegin) _candidacy.RequestVotes();
        if (Role == Role.Candidate && _candidacy.IsWon) BecomeLeader();
        _voter.JudgeVotes();
    }

    private void EnterTerm()
    {
        _candidacy.EnterTerm();
        // A disk that fell ill during the save makes no leader: it would lead without ever committing.
        _soft.EnterTerm(asCandidate: VotedFor == _settings.Self && _storeIsHealthy);
    }

    private void AcceptHeartbeat(string from, Term term, long round)
    {
        // The sender's term is over or not begun here: nothing to accept.
        if (term != Term)
        {
            ReplyToHeartbeat(from, NoRound);
            return;
        }

        if (Leader is not null && Leader != from)
        {
            // Raft 5.2: at most one leader a term. Whoever says so is not it, whatever else is wrong with it.
            _turn.Emit(new ElectionEffect.Dropped($"a heartbeat of {from} in term {Term}, which {Leader} leads"));
            return;
        }

        _soft.Hear(from);
        _transfer.LeaderIs(from);
        // SAFETY 79: who is about to vote in a later term, for itself or another, promises nothing in this one.
        ReplyToHeartbeat(from, _termState.IsLeavingTerm ? NoRound : round);
    }

    private void ReplyToHeartbeat(string to, long round) => _turn.Emit(new ElectionEffect.SendHeartbeatReply(to, Term, round, _storeIsHealthy));

    private void BecomeLeader()
    {
        Invariant.Holds(_termState.IsFenced && !_termState.IsSaving, "A leader is saved and fenced in its term (SAFETY 2).");
        _soft.Lead();
        _leadership.Begin();
        _turn.Emit(new ElectionEffect.Lead(Term, _peers.Stores()));
        _transfer.LeaderIs(_settings.Self);
        _leadership.StartRound();
    }

    private void TickLeader()
    {
        if (_leadership.ReasonToStepDown is { } reason)
        {
            _soft.StepDown(reason);
            return;
        }

        _leadership.Tick();
        _transfer.ConsiderPreferred();
    }

    /// <summary>No leader was heard of for an election timeout.</summary>
    private void TimeOut()
    {
        _soft.PutOffElection();
        _soft.ForgetLeader();
        if (!MayCampaign) return;
        if (IsAlone) _candidacy.Campaign(isTransfer: false);
        else _candidacy.StartPreVote();
        Advance();
    }

    /// <summary>
    /// Time that the whole process was paused counts against nobody: no leader is given up, and no election started, before the others had a chance
    /// to be heard.
    /// </summary>
    private void ForgivePause(TimeSpan gap)
    {
        if (!_leadership.IsPause(gap)) return;
        if (Role == Role.Leader) _leadership.ForgivePause(gap);
        else _soft.PutOffElection();
    }

    private void Hear(string from, TimeSpan now)
    {
        _turn.Now = now;
        _peers.Hear(from);
    }
}
