namespace DLedger.Core.Tests.Replication;

/// <summary>
/// A follower that does what the log's owner does with Core's judgements, over a list of batches and a disk that is slow: what is written waits for a
/// flush.
/// </summary>
internal sealed class FollowerModel
{
    private readonly Term _term;
    private readonly List<Batch> _log = [];
    private TermTable _terms;
    private CommitPosition _commit;
    private LogMatching _judge;
    private Answer.Installed? _installing;

    public FollowerModel(TermTable terms, IEnumerable<Batch> log, Tail logBase, LogIndex flushed, Term term)
    {
        _term = term;
        _terms = terms;
        _log.AddRange(log);
        Base = logBase;
        Flushed = flushed;
        _commit = new CommitPosition(Base.Index);
        _judge = new LogMatching(_terms, _commit);
    }

    public Tail Base { get; private set; }

    public Tail Last => _log.Count == 0 ? Base : _log[^1].Tail;

    public LogIndex Flushed { get; private set; }

    public LogIndex Committed => _commit.Value;

    public LogPoint PointAt(LogIndex index) => index == Base.Index ? Base.Point : _log[(int)(index.Value - Base.Index.Value - 1)].Point;

    public IEnumerable<Answer> Take(PeerEffect request)
    {
        switch (request)
        {
            case PeerEffect.SendCompare compare:
                yield return new Answer.Compared(compare.Round, _judge.Compare(compare.Round, compare.Base, compare.Runs), Last.Point);
                break;
            case PeerEffect.SendTruncate truncate:
                var done = _judge.MayTruncate(truncate.Round, truncate.Keep, truncate.Reported);
                if (done) Cut(truncate.Keep.Index);
                yield return new Answer.Truncated(truncate.Round, done);
                break;
            case PeerEffect.SendInstall install when !_judge.NeedsInstall(install.Base.Point):
                yield return new Answer.Installed(install.Round);
                break;
            case PeerEffect.SendInstall install when _installing is null:
                _log.Clear();
                Base = install.Base;
                Flushed = Base.Index;
                _terms.Reset(Base.Point);
                _installing = new Answer.Installed(install.Round);
                break;
            case PeerEffect.SendPush push when _installing is null:
                if (_judge.Judge(_term, push.Previous, push.Batches) is not PushVerdict.Fits fits)
                {
                    yield return new Answer.Refused(push.Round);
                    break;
                }

                var last = push.Previous.Index;
                for (var i = 0; i < push.Batches.Count; i++)
                {
                    var batch = push.Batches[i];
                    if (i >= fits.FirstNew)
                    {
                        Cut(batch.Index.Previous);
                        _log.Add(batch);
                        _terms.Append(batch.Point);
                    }

                    last = batch.Index;
                }

                _judge.Verify(last);
                _judge.CommitSent(push.Committed);
                if (_judge.Acked(Flushed) >= last) yield return Ack();
                break;
            default:
                break;
        }
    }

    public IEnumerable<Answer> Flush()
    {
        if (_installing is { } installing)
        {
            _installing = null;
            _judge.Installed(Base.Index);
            yield return installing;
        }

        if (Flushed == Last.Index) yield break;
        Flushed = Last.Index;
        if (_judge.Verified > LogIndex.None) yield return Ack();
    }

    /// <summary>The process dies and comes back in the same term, with what was flushed.</summary>
    public void Restart()
    {
        if (_installing is not null) return; // whether the reset is on disk is the store's business
        Cut(Flushed);
        _terms = _terms.Clone();
        _commit = new CommitPosition(Base.Index);
        _judge = new LogMatching(_terms, _commit);
    }

    private Answer.Acked Ack() => new(_judge.Acked(Flushed));

    private void Cut(LogIndex last)
    {
        var keep = (int)(last.Value - Base.Index.Value);
        if (keep < _log.Count) _log.RemoveRange(keep, _log.Count - keep);
        _terms.TruncateAfter(last);
        Flushed = LogIndex.Min(Flushed, last);
    }

    public abstract record Answer
    {
        public sealed record Compared(long Round, LogPoint? Match, LogPoint Last) : Answer;

        public sealed record Truncated(long Round, bool Done) : Answer;

        public sealed record Installed(long Round) : Answer;

        public sealed record Refused(long Round) : Answer;

        public sealed record Acked(LogIndex Flushed) : Answer;
    }
}
