using System.Diagnostics;

namespace DLedger.Core;

/// <summary>
/// A log while its owner follows: what a leader of the current term pushes is judged, written, and acked once it is on disk. Who is heard at all was
/// decided before (<see cref="LogOwner{TClient}"/>).
/// </summary>
internal sealed class FollowerLog
{
    private readonly OwnedLog _log;
    private readonly CommitPosition _commit;
    private readonly TermFence _fence;
    private readonly IFollowerLogActions _actions;
    private readonly LogMatching _matching;

    /// <summary>Who gets acks; null before the first push of a term.</summary>
    private string? _ackTo;

    /// <summary>A push that found no room: the rest of it is asked for again at the next flush.</summary>
    private PushWithoutRoom? _refuseAtFlush;

    /// <summary>A reset that is not on disk yet; until it is, nothing else is written.</summary>
    private Installation? _installing;

    public FollowerLog(OwnedLog log, CommitPosition commit, TermFence fence, IFollowerLogActions actions)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(commit);
        ArgumentNullException.ThrowIfNull(fence);
        ArgumentNullException.ThrowIfNull(actions);
        _log = log;
        _commit = commit;
        _fence = fence;
        _actions = actions;
        _matching = new LogMatching(log.Terms, commit);
    }

    /// <summary>Nothing is verified against whoever leads in the new term, and nobody has pushed.</summary>
    public void EnterTerm()
    {
        _ackTo = null;
        _matching.EnterTerm();
    }

    /// <summary>Batches, or none: then it carries the commit position alone.</summary>
    public void Push(string from, long round, LogPoint previous, LogIndex committed, IReadOnlyList<Batch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (_installing is not null) return;
        switch (_matching.Judge(_fence.Term, previous, batches))
        {
            case PushVerdict.DoesNotFit:
                _actions.Refuse(from, _fence.Term, round, _log.Tail.Point);
                return;
            case PushVerdict.Malformed malformed:
                Drop("Push", from, malformed.Reason);
                return;
            case PushVerdict.Fits fits:
                if (ObjectionTo(batches, fits.FirstNew) is { } objection) Drop("Push", from, objection);
                else Write(from, round, previous, committed, batches, fits.FirstNew);
                return;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The leader asks where the logs agree.</summary>
    public void Compare(string from, long round, LogPoint leaderBase, IReadOnlyList<TermRun> leaderRuns)
    {
        if (!LogMatching.IsLog(_fence.Term, leaderBase, leaderRuns))
        {
            Drop("Compare", from, "no log looks like that");
            return;
        }

        var match = _matching.Compare(round, leaderBase, leaderRuns);
        _actions.Committed(_commit.Value);
        _actions.AnswerCompare(from, _fence.Term, round, match, _log.Base.Tail, _log.Tail.Point);
    }

    /// <summary>The leader has what we have up to <paramref name="keep"/>, and nothing of the rest.</summary>
    public void Truncate(string from, long round, LogPoint keep, LogPoint reported)
    {
        // Before the election has told who leads nobody cuts: the leader compares again.
        var done = _fence.Leader == from && _installing is null && _matching.MayTruncate(round, keep, reported) && _log.TryTruncate(keep.Index);
        _actions.AnswerTruncate(from, _fence.Term, round, done, _log.Tail.Point);
    }

    /// <summary>The leader's log begins behind <paramref name="newBase"/>, and has nothing in common with this one.</summary>
    public void Install(string from, long round, LogBase newBase)
    {
        ArgumentNullException.ThrowIfNull(newBase);
        if (_installing is not null) return;
        var isNeeded = _matching.NeedsInstall(newBase.Point);
        var isExpected = _fence.Leader == from && _matching.IsExpected(_fence.Term, newBase.Tail);
        if (isNeeded && !isExpected) Drop("Install", from, "it does not follow from a comparison with this log");
        if (!isNeeded || !isExpected)
        {
            // Either way the leader compares next, and what it offers after that is expected.
            _actions.AnswerInstall(from, _fence.Term, round, newBase.Tail);
            return;
        }

        if (newBase.Prefix.Length > _log.MaxPrefixBytes)
        {
            Drop("Install", from, $"its prefix of {newBase.Prefix.Length} bytes is more than the {_log.MaxPrefixBytes} that this store holds");
            return;
        }

        // SAFETY 25: flushed before any later ack.
        if (_log.TryReset(newBase, out var endsAt)) _installing = new Installation(from, round, _fence.Term, newBase.Tail, endsAt);
    }

    /// <summary>A flush has completed.</summary>
    /// <param name="mayAck">Whether more of this log is on disk now, and whoever pushed it still leads.</param>
    public void Flushed(bool mayAck)
    {
        if (mayAck && _installing is null && _matching.Verified > LogIndex.None) SendAck();
        FinishInstall();
        AskAgain();
    }

    /// <summary>The disk has more space, or less.</summary>
    public void SpaceChanged()
    {
        FinishInstall();
        AskAgain();
    }

    /// <summary>Why the log cannot hold the first new batch of a push, or one of those behind it.</summary>
    private string? ObjectionTo(IReadOnlyList<Batch> batches, int firstNew)
    {
        for (var i = firstNew; i < batches.Count; i++)
        {
            var batch = batches[i];
            if (batch.Encoded.Length > _log.MaxBatchBytes)
                return $"{batch} has {batch.Encoded.Length} bytes, and this store takes {_log.MaxBatchBytes} (max-entry-size, batch-bytes-max)";
        }

        var tail = _log.Tail;
        return firstNew < batches.Count && batches[firstNew] is var first && first.Index == tail.Index.Next && !first.Follows(tail)
            ? $"{first} does not go on with entry {tail.NextEntry}, or goes back in time"
            : null;
    }

    private void Write(string from, long round, LogPoint previous, LogIndex committed, IReadOnlyList<Batch> batches, int firstNew)
    {
        // SAFETY 8: what is held already is skipped, so that a resent batch never supersedes anything.
        var last = firstNew == 0 ? previous.Index : batches[firstNew - 1].Index;
        for (var i = firstNew; i < batches.Count; i++)
        {
            if (_log.TryAppend(batches[i]) != WriteOutcome.Accepted)
            {
                // Full, for now: what came before counts, the rest is asked for again.
                _refuseAtFlush = new PushWithoutRoom(from, round, _fence.Term);
                break;
            }

            last = batches[i].Index;
        }

        _ackTo = from;
        _matching.Verify(last);
        _matching.CommitSent(committed);
        _actions.Committed(_commit.Value);
        // SAFETY 13: what needs no flush is acked at once; the rest with its flush.
        var isHeld = firstNew == batches.Count;
        if (isHeld || _matching.Acked(_log.Flushed) >= last) SendAck();
    }

    private void FinishInstall()
    {
        if (_installing is not { } install || _log.FlushedTo < install.EndsAt) return;
        _installing = null;
        _commit.Raise(install.Base.Index);
        _actions.Committed(_commit.Value);
        if (install.Term != _fence.Term) return;
        _matching.Installed(install.Base.Index);
        _actions.AnswerInstall(install.To, _fence.Term, install.Round, install.Base);
    }

    private void AskAgain()
    {
        if (_refuseAtFlush is not { } refused) return;
        _refuseAtFlush = null;
        if (refused.Term == _fence.Term) _actions.Refuse(refused.To, _fence.Term, refused.Round, _log.Tail.Point);
    }

    /// <summary>SAFETY 9: never more than what is on disk and verified against this leader in this term.</summary>
    private void SendAck()
    {
        if (_ackTo is not null) _actions.Ack(_ackTo, _fence.Term, _matching.Acked(_log.Flushed));
    }

    private void Drop(string what, string from, string why) => _actions.Drop($"a {what} of {from}: {why}");

    private readonly record struct PushWithoutRoom(string To, long Round, Term Term);

    private readonly record struct Installation(string To, long Round, Term Term, Tail Base, WalAddress EndsAt);
}
