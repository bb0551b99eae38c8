namespace DLedger.Core;

/// <summary>
/// The one owner of a group's log on one member: events in, actions out. Keeps the fence, below which nothing gets in (SAFETY 2), the members in
/// force, and what is known to be committed; what the log takes is decided by <see cref="LeaderLog{TClient}"/> while this member leads, and by
/// <see cref="FollowerLog"/> while it follows.
/// </summary>
/// <remarks>
/// <code>
///   following --Lead(term)--> leading --Follow, or a higher Fence--> following
/// </code>
/// </remarks>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal sealed class LogOwner<TClient>
{
    private readonly string _self;
    private readonly LeaderLogSettings _settings;
    private readonly ILogOwnerActions<TClient> _actions;
    private readonly OwnedLog _log;
    private readonly CommitPosition _commit;
    private readonly TermFence _fence;
    private readonly LogHealth _health;
    private readonly FollowerLog _follower;

    /// <summary>As the state machine says; none without one.</summary>
    private LogIndex _applied;

    /// <summary>Null while this member follows.</summary>
    private LeaderLog<TClient>? _leading;

    /// <param name="self">This member's id.</param>
    /// <param name="writer">Of the log; nobody else writes.</param>
    /// <param name="saved">The term of the hard state.</param>
    /// <param name="members">The set in force.</param>
    /// <param name="settings">While this member leads.</param>
    /// <param name="actions">Carried out while a method of this runs.</param>
    public LogOwner(string self, ILogWriter writer, Term saved, Membership members, LeaderLogSettings settings, ILogOwnerActions<TClient> actions)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(actions);
        _self = self;
        _settings = settings;
        _actions = actions;
        _log = new OwnedLog(writer);
        _commit = new CommitPosition(_log.Base.Index);
        _fence = new TermFence(saved);
        _health = new LogHealth(actions.HealthIs);
        _follower = new FollowerLog(_log, _commit, _fence, actions);
        Members = members;
    }

    /// <summary>The set in force.</summary>
    public Membership Members { get; }

    /// <inheritdoc cref="ILogWriter.Base"/>
    public LogBase Base => _log.Base;

    /// <inheritdoc cref="ILogWriter.Tail"/>
    public Tail Tail => _log.Tail;

    /// <inheritdoc cref="ILogWriter.Terms"/>
    public TermTable Terms => _log.Terms;

    /// <summary>The last batch that is on disk with all before it.</summary>
    public LogIndex Flushed => _log.Flushed;

    /// <summary>What is known here to be committed.</summary>
    public LogIndex Committed => _commit.Value;

    /// <summary>The lowest term that is heard.</summary>
    public Term Term => _fence.Term;

    /// <summary>Who leads, as far as this member was told.</summary>
    public string? Leader => _fence.Leader;

    /// <inheritdoc cref="LeaderLog{TClient}.HeldFor"/>
    public string? HeldFor => _leading?.HeldFor;

    /// <inheritdoc cref="LeaderLog{TClient}.Outstanding"/>
    public (long Entries, long Bytes) Outstanding => _leading?.Outstanding ?? default;

    /// <summary>SAFETY 2: from here on nothing below this term gets into the log, from a leader or from ourselves.</summary>
    public void Fence(Term term)
    {
        if (_fence.Raise(term))
        {
            _follower.EnterTerm();
            FollowFromNowOn();
        }

        _actions.Fenced(term, _log.Tail.Point, Members);
    }

    /// <summary>This member was elected.</summary>
    /// <param name="trusted">The store ids whose acks count (SAFETY 7).</param>
    public void Lead(Term term, IReadOnlyDictionary<string, Guid> trusted, TimeSpan now)
    {
        if (term < _fence.Term) return;
        Invariant.Holds(term == _fence.Term && _leading is null, $"A term is fenced before it is led, once: {term} at fence {_fence.Term}.");
        _fence.LedBy(_self);
        _leading = new LeaderLog<TClient>(term, now, _log, _applied, _health, _settings, _actions);
        _actions.Leading(term, _log.Tail.Index.Next, trusted);
        _leading.WriteWhatWaits(now);
    }

    /// <summary>Another member was elected, or nobody knows who.</summary>
    public void Follow(Term term, string? leader)
    {
        if (term < _fence.Term) return;
        Invariant.Holds(term == _fence.Term, $"A term is fenced before it is followed: {term} at fence {_fence.Term}.");
        _fence.LedBy(leader);
        FollowFromNowOn();
    }

    /// <inheritdoc cref="LeaderLog{TClient}.Append"/>
    public AppendVerdict Append(TClient client, ReadOnlyMemory<byte> body, TimeSpan now) =>
        _leading is null ? AppendVerdict.NotLeader : _leading.Append(client, body, now);

    /// <inheritdoc cref="LeaderLog{TClient}.AppendMany"/>
    public AppendVerdict AppendMany(TClient client, IReadOnlyList<ReadOnlyMemory<byte>> bodies, StreamPlace? place, TimeSpan now) =>
        _leading is null ? AppendVerdict.NotLeader : _leading.AppendMany(client, bodies, place, now);

    /// <inheritdoc cref="LeaderLog{TClient}.CloseBatch"/>
    public void CloseBatch(Term term, TimeSpan now) => _leading?.CloseBatch(term, now);

    /// <summary>Leadership is being handed to this peer.</summary>
    public void HoldAppends(Term term, string peer, TimeSpan now)
    {
        if (term == _fence.Term) _leading?.Hold(peer, now);
    }

    /// <summary>The hand-over failed.</summary>
    public void ResumeAppends(Term term)
    {
        if (term == _fence.Term) _leading?.Resume();
    }

    /// <inheritdoc cref="FollowerLog.Push"/>
    public void Push(string from, Term term, long round, LogPoint previous, LogIndex committed, IReadOnlyList<Batch> batches)
    {
        if (IsHeard("Push", from, term)) _follower.Push(from, round, previous, committed, batches);
    }

    /// <inheritdoc cref="FollowerLog.Compare"/>
    public void Compare(string from, Term term, long round, LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        if (IsHeard("Compare", from, term)) _follower.Compare(from, round, leaderBase, leaderRuns);
    }

    /// <inheritdoc cref="FollowerLog.Truncate"/>
    public void Truncate(string from, Term term, long round, LogPoint keep, LogPoint reported)
    {
        if (IsHeard("Truncate", from, term)) _follower.Truncate(from, round, keep, reported);
    }

    /// <inheritdoc cref="FollowerLog.Install"/>
    public void Install(string from, Term term, long round, LogBase newBase)
    {
        if (IsHeard("Install", from, term)) _follower.Install(from, round, newBase);
    }

    /// <summary>The store has everything below this address on disk.</summary>
    public void FlushCompleted(WalAddress flushedTo, TimeSpan now)
    {
        var moved = _log.FlushCompleted(flushedTo);
        // Also while this member leads: what waited since before then.
        _follower.Flushed(mayAck: moved && _leading is null);
        _leading?.Flushed(moved, now);
    }

    /// <summary>The disk has more space, or less.</summary>
    public void SpaceChanged(TimeSpan now)
    {
        _health.SpaceChanged(_log.FreeBytes);
        if (_leading is null) _follower.SpaceChanged();
        else _leading.WriteWhatWaits(now);
    }

    /// <summary>A write takes too long, or came back.</summary>
    public void Stalled(bool stalls) => _health.Stalled(stalls);

    /// <summary>Whoever counts acks has learned that this is committed: while this member leads, or at the end of that (SAFETY 14).</summary>
    public void CommitAdvanced(Term term, LogIndex committed)
    {
        if (_leading is not null && term != _fence.Term) return;
        _commit.Raise(committed);
        _leading?.Committed(committed);
    }

    /// <summary>The state machine has applied everything up to here.</summary>
    public void Applied(LogIndex applied)
    {
        _applied = applied;
        _leading?.Applied(applied);
    }

    /// <summary>Drops what the store's settings no longer ask for, never anything that is not committed and applied.</summary>
    public void Retain(LogIndex applied)
    {
        if (_log.FindNewBase(LogIndex.Min(_commit.Value, applied)) is not { } tail) return;
        _log.MoveBase(BaseAt(tail));
        // At once, not when it is on disk: the log is read from there on already, and a peer that needs what was before must be offered this base.
        _actions.BaseMoved(tail);
    }

    /// <summary>The store wants to know what stands for the log up to its tail.</summary>
    public void KeepCheckpoint() => _log.KeepCheckpoint(BaseAt(_log.Tail));

    /// <summary>The member stops, maybe because something here has thrown.</summary>
    public void Stop() => _leading?.Stop();

    /// <summary>What stands for everything up to there: no set and no session is in the log yet, so nothing has to.</summary>
    private static LogBase BaseAt(Tail tail) => new(tail);

    private void FollowFromNowOn()
    {
        _leading?.StepDown();
        _leading = null;
        _actions.Following(_fence.Term, _fence.Leader);
    }

    /// <summary>Whether a message of a leader is looked at; if not, whoever must know why is told.</summary>
    private bool IsHeard(string what, string from, Term term)
    {
        if (term > _fence.Term)
        {
            if (!term.IsPlausibleAfter(_fence.Term)) _actions.Drop($"a {what} of {from}: nobody can have reached term {term} from {_fence.Term}");
            else if (_fence.ReportOnce(term)) _actions.HigherTermSeen(term); // the leader sends again
            return false;
        }

        if (term < _fence.Term)
        {
            // SAFETY 2: refused; the answer carries our term, so that a deposed leader learns of it.
            _actions.Refuse(from, _fence.Term, 0, _log.Tail.Point);
            return false;
        }

        // Raft 5.2: at most one leader a term. Until the election has told who it is, whoever pushes may be it.
        if (_leading is null && (_fence.Leader is null || _fence.Leader == from)) return true;
        _actions.Drop($"a {what} of {from}: {_fence.Leader} leads term {_fence.Term}");
        return false;
    }
}
