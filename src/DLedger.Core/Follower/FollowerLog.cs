namespace DLedger.Core;

/// <summary>
/// Judges what a leader of the current term sends, and keeps what was verified against it (Raft 5.3). Knows the log only by its term table.
/// </summary>
public sealed class FollowerLog
{
    private readonly TermTable _terms;
    private LogIndex _sentCommit;

    /// <param name="terms">The term table of the log; its writer keeps it up to date.</param>
    /// <param name="committed">What is known to be committed.</param>
    public FollowerLog(TermTable terms, LogIndex committed)
    {
        ArgumentNullException.ThrowIfNull(terms);
        _terms = terms;
        Committed = committed;
    }

    public LogIndex Committed { get; private set; }

    /// <summary>The last log index that a Compare or push of the current term matched (SAFETY 9).</summary>
    public LogIndex Verified { get; private set; }

    /// <summary>Nothing is verified yet in a new term.</summary>
    public void EnterTerm()
    {
        Verified = LogIndex.None;
        _sentCommit = LogIndex.None;
    }

    /// <summary>What this node learned about commits as leader (SAFETY 14): the larger holds.</summary>
    public void CommittedElsewhere(LogIndex committed) => Committed = LogIndex.Max(Committed, committed);

    /// <summary>Where this log and the leader's, given by its runs of terms, agree last; null when nowhere in these runs (Raft 5.3, log matching).</summary>
    public LogPoint? Compare(LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        ArgumentNullException.ThrowIfNull(leaderRuns);
        LogPoint? match = null;
        // Runs may have been left out between the base and these: then the logs may agree further than the base, and cutting back to it would destroy what was acked.
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
            if (i > 0 && batch.FirstEntry != batches[i - 1].Tail.NextEntry) return new PushVerdict.Malformed($"{batch} leaves a gap behind {batches[i - 1]}");
            if (batch.Term > term) return new PushVerdict.Malformed($"{batch} is above the term {term} of its push");
            before = batch.Point;
            if (i < firstNew && !_terms.Contains(batch.Point)) firstNew = i;
        }

        if (firstNew < batches.Count)
        {
            Invariant.Holds(batches[firstNew].Index > Committed, $"What is committed never changes: {batches[firstNew]} at commit position {Committed}.");
            Invariant.Holds(batches[firstNew].Index > Verified, $"A leader never changes its log (Raft 5.3): {batches[firstNew]}, verified up to {Verified}.");
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

    /// <summary>SAFETY 11: only what the leader named is cut, and nothing verified or committed.</summary>
    public bool MayTruncate(LogPoint keep, LogPoint reported) =>
        _terms.Last == reported && _terms.Contains(keep) && keep.Index < reported.Index && keep.Index >= Verified && keep.Index >= Committed;

    /// <summary>Whether a log that starts behind <paramref name="newBase"/> would tell anything new.</summary>
    public bool NeedsInstall(LogPoint newBase) => newBase.Index > Committed && !_terms.Contains(newBase);

    /// <summary>What an ack may claim (SAFETY 9).</summary>
    public LogIndex Acked(LogIndex flushed) => LogIndex.Min(flushed, Verified);

    /// <summary>The log was reset to start behind <paramref name="newBase"/>, which is committed.</summary>
    public void Installed(LogIndex newBase)
    {
        Committed = LogIndex.Max(Committed, newBase);
        Verify(newBase);
    }

    private bool AdvanceCommit()
    {
        var committed = LogIndex.Min(_sentCommit, Verified);
        if (committed <= Committed) return false;
        Committed = committed;
        return true;
    }

    private static bool Covers(IReadOnlyList<TermRun> runs, LogPoint point)
    {
        foreach (var run in runs)
            if (run.Term == point.Term && run.First <= point.Index && point.Index <= run.Last) return true;
        return false;
    }

    private static LogPoint Later(LogPoint? one, LogPoint other) => one is { } point && point.Index >= other.Index ? point : other;
}
