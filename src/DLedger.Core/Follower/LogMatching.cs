namespace DLedger.Core;

/// <summary>
/// Where this log and that of the leader of the current term agree (Raft 5.3, log matching): judges what the leader sends, and keeps what was
/// verified against it. Knows the log only by its term table.
/// </summary>
internal sealed class LogMatching
{
    /// <summary>No leader is so many batches ahead of a member.</summary>
    private const long LeapMax = 1L << 48;

    private readonly TermTable _terms;
    private readonly CommitPosition _commit;

    /// <summary>The commit position that the leader of this term has sent, verified here or not.</summary>
    private LogIndex _sentCommit;

    /// <summary>The last Compare of this term, and what was answered to it.</summary>
    private (long Round, LogPoint? Match, LogPoint Base)? _compared;

    /// <param name="terms">The term table of the log; its writer keeps it up to date.</param>
    /// <param name="commit">What is known to be committed; raised here by what the leader sends.</param>
    public LogMatching(TermTable terms, CommitPosition commit)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(commit);
        _terms = terms;
        _commit = commit;
    }

    /// <summary>The last log index that a Compare or push of the current term matched (SAFETY 9).</summary>
    public LogIndex Verified { get; private set; }

    /// <summary>Nothing is verified yet in a new term.</summary>
    public void EnterTerm()
    {
        Verified = LogIndex.None;
        _sentCommit = LogIndex.None;
        _compared = null;
    }

    /// <summary>Whether these runs can be a part of a log that a leader of <paramref name="term"/> has.</summary>
    public static bool IsLog(Term term, LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        ArgumentNullException.ThrowIfNull(leaderRuns);
        if (leaderBase.Term > term || (leaderBase.Index == LogIndex.None) != (leaderBase.Term == Term.None)) return false;
        for (var i = 0; i < leaderRuns.Count; i++)
        {
            var run = leaderRuns[i];
            if (run.Last < run.First || run.Term > term || run.Term < leaderBase.Term || run.First <= leaderBase.Index) return false;
            if (i > 0 && (run.First != leaderRuns[i - 1].Last.Next || run.Term <= leaderRuns[i - 1].Term)) return false;
        }

        return true;
    }

    /// <summary>Remembers what was answered to a Compare: what follows from it must name its round (SAFETY 11).</summary>
    public LogPoint? Compare(long round, LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        var match = Compare(leaderBase, leaderRuns);
        _compared = (round, match, leaderBase);
        return match;
    }

    /// <summary>Where this log and the leader's, given by its runs of terms, agree last; null when nowhere in these runs.</summary>
    public LogPoint? Compare(LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        ArgumentNullException.ThrowIfNull(leaderRuns);
        LogPoint? match = null;
        // Runs may have been left out between the base and these: then the logs may agree further than the base, and cutting back to it would
        // destroy what was acked.
        var complete = leaderRuns.Count == 0 || leaderRuns[0].First == leaderBase.Index.Next;
        if (complete && _terms.Contains(leaderBase)) match = leaderBase;
        if (Covers(leaderRuns, _terms.Base)) match = Later(match, _terms.Base);
        var ours = _terms.Runs.Count - 1;
        for (var theirs = leaderRuns.Count - 1; theirs >= 0 && ours >= 0;)
        {
            var run = leaderRuns[theirs];
            var own = _terms.Runs[ours];
            if (run.Term > own.Term)
            {
                theirs--;
            }
            else if (run.Term < own.Term)
            {
                ours--;
            }
            else
            {
                // One leader a term and no gaps: a shared term means shared batches, up to the shorter of the two.
                var last = LogIndex.Min(run.Last, own.Last);
                if (last >= run.First && last >= own.First)
                {
                    match = Later(match, new LogPoint(last, run.Term));
                    break;
                }

                theirs--;
                ours--;
            }
        }

        if (match is { } found) Verify(found.Index);
        return match;
    }

    /// <summary>Raft 5.3: the batch before must match; what is held already is skipped; only what differs is replaced (SAFETY 8, 12).</summary>
    public PushVerdict Judge(Term term, LogPoint previous, IReadOnlyList<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (!_terms.Contains(previous)) return PushVerdict.DoesNotFit.Instance;
        var before = previous;
        var firstNew = batches.Count;
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (batch.PreviousPoint != before) return new PushVerdict.Malformed($"{batch} does not follow {before}");
            if (i > 0 && !batch.Follows(batches[i - 1].Tail))
                return new PushVerdict.Malformed($"{batch} leaves a gap behind {batches[i - 1]}, or goes back in time");
            if (batch.Term > term) return new PushVerdict.Malformed($"{batch} is above the term {term} of its push");
            before = batch.Point;
            if (i < firstNew && !_terms.Contains(batch.Point)) firstNew = i;
        }

        if (firstNew < batches.Count)
        {
            // What comes in is judged, whoever sends it: no leader in its right mind sends either.
            if (batches[firstNew].Index <= _commit.Value)
                return new PushVerdict.Malformed($"{batches[firstNew]} would change what is committed, up to {_commit.Value}");
            if (batches[firstNew].Index <= Verified)
                return new PushVerdict.Malformed($"{batches[firstNew]} would change what its leader has already (Raft 5.3), up to {Verified}");
            // With which entry it would have to go on, only the batch before knows, and that is not here to be asked: the leader compares and cuts
            // first.
            if (firstNew == 0 && batches[0].Index <= _terms.Last.Index) return PushVerdict.DoesNotFit.Instance;
        }

        return new PushVerdict.Fits(firstNew);
    }

    /// <summary>This log holds what the leader of this term holds, up to here.</summary>
    public void Verify(LogIndex upTo)
    {
        Verified = LogIndex.Max(Verified, upTo);
        AdvanceCommit();
    }

    /// <summary>SAFETY 10: the commit position is the lower of what was sent and what is verified. True if it moved.</summary>
    public bool CommitSent(LogIndex committed)
    {
        _sentCommit = LogIndex.Max(_sentCommit, committed);
        return AdvanceCommit();
    }

    /// <summary>SAFETY 11: what is kept is the match of that very Compare.</summary>
    public bool MayTruncate(long round, LogPoint keep, LogPoint reported) =>
        _compared is { } compared && compared.Round == round && compared.Match == keep && MayTruncate(keep, reported);

    /// <summary>SAFETY 11: only what the leader named is cut, and nothing verified or committed.</summary>
    public bool MayTruncate(LogPoint keep, LogPoint reported) =>
        _terms.Last == reported && _terms.Contains(keep) && keep.Index < reported.Index && keep.Index >= Verified && keep.Index >= _commit.Value;

    /// <summary>Whether a log that starts behind <paramref name="newBase"/> would tell anything new.</summary>
    public bool NeedsInstall(LogPoint newBase) => newBase.Index > _commit.Value && !_terms.Contains(newBase);

    /// <summary>
    /// Whether an Install follows from a Compare that was answered in this term: its log begins where that one's did or further on, this log ends or
    /// differs before, and all that at a distance that a group can cover. One that comes out of nowhere makes nobody give up a log.
    /// </summary>
    public bool IsExpected(Term term, Tail newBase) =>
        _compared is { } compared
        && (compared.Match is not { } match || match.Index < newBase.Index)
        && newBase.Term <= term
        && newBase.Index >= compared.Base.Index
        && (newBase.Index != compared.Base.Index || newBase.Term == compared.Base.Term)
        && newBase.Index.Value - _terms.Last.Index.Value <= LeapMax;

    /// <summary>What an ack may claim (SAFETY 9).</summary>
    public LogIndex Acked(LogIndex flushed) => LogIndex.Min(flushed, Verified);

    /// <summary>The log was reset to start behind <paramref name="newBase"/>, which is committed.</summary>
    public void Installed(LogIndex newBase)
    {
        _commit.Raise(newBase);
        Verify(newBase);
    }

    private bool AdvanceCommit() => _commit.Raise(LogIndex.Min(_sentCommit, Verified));

    private static bool Covers(IReadOnlyList<TermRun> runs, LogPoint point)
    {
        foreach (var run in runs)
            if (run.Term == point.Term && run.First <= point.Index && point.Index <= run.Last) return true;
        return false;
    }

    private static LogPoint Later(LogPoint? one, LogPoint other) => one is { } point && point.Index >= other.Index ? point : other;
}
