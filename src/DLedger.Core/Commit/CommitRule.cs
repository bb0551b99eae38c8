namespace DLedger.Core;

/// <summary>
/// Which batches are committed: on disk on a quorum and of the leader's term (Raft 5.3, 5.4.2). Lives for one leadership.
/// </summary>
public sealed class CommitRule
{
    private readonly string[] _voters;
    private readonly LogIndex[] _flushed;
    private readonly LogIndex[] _sorted;
    private readonly LogIndex _firstOfTerm;

    /// <param name="voters">Ids of all members, this one included.</param>
    /// <param name="firstOfTerm">The no-op that opened the term.</param>
    /// <param name="committed">What is known to be committed already.</param>
    public CommitRule(IReadOnlyList<string> voters, LogIndex firstOfTerm, LogIndex committed)
    {
        ArgumentNullException.ThrowIfNull(voters);
        _voters = [.. voters];
        _flushed = new LogIndex[_voters.Length];
        _sorted = new LogIndex[_voters.Length];
        _firstOfTerm = firstOfTerm;
        Committed = committed;
    }

    public LogIndex Committed { get; private set; }

    /// <summary>Whether a batch of this term is committed: only then does the leader know what is (Raft 8).</summary>
    public bool OwnTermCommitted => Committed >= _firstOfTerm;

    /// <summary>The last batch known to be on this voter's disk.</summary>
    public LogIndex FlushedBy(string voter)
    {
        var at = Array.IndexOf(_voters, voter);
        return at < 0 ? LogIndex.None : _flushed[at];
    }

    /// <summary>This voter has everything up to here on disk. True if that moved <see cref="Committed"/>. Strangers are ignored.</summary>
    public bool Acked(string voter, LogIndex flushed)
    {
        var at = Array.IndexOf(_voters, voter);
        if (at < 0 || flushed <= _flushed[at]) return false;
        _flushed[at] = flushed;
        _flushed.CopyTo(_sorted, 0);
        Array.Sort(_sorted);
        var onQuorum = _sorted[_sorted.Length - Quorum.Of(_sorted.Length)];
        // Raft 5.4.2: a batch of an older term commits only together with one of ours.
        if (onQuorum < _firstOfTerm || onQuorum <= Committed) return false;
        Committed = onQuorum;
        return true;
    }
}
