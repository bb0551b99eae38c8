namespace DLedger.Core;

/// <summary>
/// Which batches are committed: on disk on a quorum and of the leader's term (Raft 5.3, 5.4.2). Lives for one leadership.
/// </summary>
internal sealed class CommitRule
{
    private readonly Membership _members;

    /// <summary>What each member is known to have on disk, in the order of the set.</summary>
    private readonly LogIndex[] _flushed;

    private readonly LogIndex _firstOfTerm;

    /// <summary>Who is to take over once it has everything up to there.</summary>
    private (string Member, LogIndex UpTo)? _awaited;

    /// <param name="members">The set in force, this member included.</param>
    /// <param name="firstOfTerm">The no-op that opened the term.</param>
    /// <param name="committed">What is known to be committed already.</param>
    public CommitRule(Membership members, LogIndex firstOfTerm, LogIndex committed)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = members;
        _flushed = new LogIndex[members.Members.Count];
        _firstOfTerm = firstOfTerm;
        Committed = committed;
    }

    public LogIndex Committed { get; private set; }

    /// <summary>Whether a batch of this term is committed: only then does the leader know what is (Raft 8).</summary>
    public bool OwnTermCommitted => Committed >= _firstOfTerm;

    /// <summary>The last batch known to be on this member's disk.</summary>
    public LogIndex FlushedBy(string member)
    {
        var at = _members.IndexOf(member);
        return at < 0 ? LogIndex.None : _flushed[at];
    }

    /// <summary>How many committed batches are not known to be on this member's disk.</summary>
    public long LagOf(string member) => Math.Max(0, Committed.Value - FlushedBy(member).Value);

    /// <summary>From now on <see cref="TryTakeCaughtUp"/> waits for this member.</summary>
    public void AwaitCaughtUp(string member, LogIndex upTo) => _awaited = (member, upTo);

    /// <summary>Nobody is waited for any more.</summary>
    public void StopAwaiting() => _awaited = null;

    /// <summary>Whether everything that was awaited is committed and on that member's disk; says so once.</summary>
    public bool TryTakeCaughtUp(out string member)
    {
        member = "";
        if (_awaited is not { } awaited || Committed < awaited.UpTo || FlushedBy(awaited.Member) < awaited.UpTo) return false;
        member = awaited.Member;
        _awaited = null;
        return true;
    }

    /// <summary>This member has everything up to here on disk. True if that moved <see cref="Committed"/>. Non-members are ignored.</summary>
    public bool Acked(string member, LogIndex flushed)
    {
        var at = _members.IndexOf(member);
        if (at < 0 || flushed <= _flushed[at]) return false;
        _flushed[at] = flushed;
        var onQuorum = _members.CommittedAt(_flushed);
        // Raft 5.4.2: a batch of an older term commits only together with one of ours.
        if (onQuorum < _firstOfTerm || onQuorum <= Committed) return false;
        Committed = onQuorum;
        return true;
    }
}
