using DLedger.Core.Tests.Follower;
using Xunit;

namespace DLedger.Core.Tests.Replication;

/// <summary>
/// A leader's <see cref="PeerProgress"/> and a <see cref="FollowerModel"/>, with a network between them that loses, repeats and reorders, a disk that
/// is slow, a reader that answers late, retention on the leader's side and a follower that restarts. Checks after every step what may never happen.
/// </summary>
internal sealed class Pump
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(50);

    private readonly Random _random;
    private readonly Term _term;
    private readonly List<Batch> _log;
    private readonly FollowerModel _follower;
    private readonly PeerProgress _progress;
    private readonly List<PeerEffect> _toFollower = [];
    private readonly List<FollowerModel.Answer> _toLeader = [];
    private readonly Queue<PeerEffect.ReadLog> _reads = new();
    private bool _wakes;
    private readonly LogIndex _firstOfTerm;
    private TimeSpan _now = TimeSpan.FromHours(1);
    private Tail _base;
    private LogIndex _committed;
    private LogIndex _safe;

    public Pump(TwoLogs logs, int seed)
    {
        _random = new Random(seed);
        _term = new Term(logs.Leader.Concat(logs.Follower).DefaultIfEmpty().Max() + 1);
        _log = [.. TestLog.Batches(logs.Leader)];
        _base = logs.LeaderBase == 0 ? Tail.Empty : _log[logs.LeaderBase - 1].Tail;
        _committed = _base.Index;
        var followerLog = TestLog.Batches(logs.Follower);
        var followerBase = logs.FollowerBase == 0 ? Tail.Empty : followerLog[logs.FollowerBase - 1].Tail;
        _follower = new FollowerModel(
            logs.FollowerTable, followerLog[logs.FollowerBase..], followerBase,
            new LogIndex(_random.Next(logs.FollowerBase, logs.Follower.Length + 1)), _term);
        var settings = new ReplicationSettings(
            2_000, 6, 300, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10),
            TimeSpan.FromMilliseconds(200), _random.Next(3) * 5_000);
        _progress = new PeerProgress(settings, logs.LeaderTable, _base, _committed, _now);
        _firstOfTerm = LastOfLeader.Index.Next;
        Append();
        _safe = FlushedInCommon();
    }

    private Tail LastOfLeader => _log.Count == 0 ? Tail.Empty : _log[^1].Tail;

    /// <summary>Anything may happen.</summary>
    public void Walk(int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            Step(_random.Next(100), lossy: true);
            Check();
        }
    }

    /// <summary>Nothing is lost any more: the follower ends equal to the leader, within a bounded time. Returns how many ticks that took.</summary>
    public int Heal()
    {
        for (var tick = 1; tick <= 300; tick++)
        {
            Tick();
            for (var i = 0; i < 1_000 && (_toFollower.Count > 0 || _toLeader.Count > 0 || _reads.Count > 0); i++)
            {
                DeliverToFollower(0);
                Answer(_follower.Flush());
                DeliverToLeader(0);
                AnswerRead();
                Check();
            }

            Answer(_follower.Flush());
            if (IsConverged()) return tick;
        }

        Assert.Fail(
            $"not converged: leader at {LastOfLeader}, follower at {_follower.Last}, {_progress.State}, match {_progress.Match}, next "
            + $"{_progress.Next}");
        return 0;
    }

    private bool IsConverged() =>
        _progress.Match == LastOfLeader.Index && _follower.Last == LastOfLeader && _follower.Committed == _committed
            && _committed == LastOfLeader.Index;

    private void Step(int dice, bool lossy)
    {
        switch (dice)
        {
            case < 35 when _toFollower.Count > 0:
                Spoil(_toFollower, lossy);
                DeliverToFollower(Pick(_toFollower.Count));
                break;
            case < 65 when _toLeader.Count > 0:
                Spoil(_toLeader, lossy);
                DeliverToLeader(Pick(_toLeader.Count));
                break;
            case < 75:
                Answer(_follower.Flush());
                break;
            case < 83:
                AnswerRead();
                break;
            case < 90:
                Append();
                break;
            case < 92 when _committed > _base.Index:
                _base = _log[(int)_base.Index.Value + _random.Next((int)(_committed.Value - _base.Index.Value))].Tail;
                _progress.BaseMoved(_base);
                break;
            case < 93:
                Commit(new LogIndex(_random.NextInt64(_firstOfTerm.Value, LastOfLeader.Index.Value + 1)));
                break;
            case < 94:
                _follower.Restart();
                break;
            default:
                Tick();
                break;
        }
    }

    // Mostly in order, as Akka delivers; sometimes not.
    private int Pick(int count) => _random.Next(5) == 0 ? _random.Next(count) : 0;

    private void Spoil<T>(List<T> messages, bool lossy)
    {
        if (!lossy) return;
        var victim = _random.Next(messages.Count);
        switch (_random.Next(8))
        {
            case 0 when messages.Count > 1:
                messages.RemoveAt(victim);
                break;
            case 1 when messages.Count < 50:
                messages.Add(messages[victim]);
                break;
            default:
                break;
        }
    }

    private void DeliverToFollower(int at)
    {
        if (at >= _toFollower.Count) return;
        var message = _toFollower[at];
        _toFollower.RemoveAt(at);
        Answer(_follower.Take(message));
    }

    private void Answer(IEnumerable<FollowerModel.Answer> answers) => _toLeader.AddRange(answers);

    private void DeliverToLeader(int at)
    {
        if (at >= _toLeader.Count) return;
        var answer = _toLeader[at];
        _toLeader.RemoveAt(at);
        switch (answer)
        {
            case FollowerModel.Answer.Compared compared:
                _progress.Compared(compared.Round, compared.Match, compared.Last, _now);
                break;
            case FollowerModel.Answer.Truncated truncated:
                _progress.Truncated(truncated.Round, truncated.Done, _now);
                break;
            case FollowerModel.Answer.Installed installed:
                _progress.Installed(installed.Round, _now);
                break;
            case FollowerModel.Answer.Refused refused:
                _progress.Refused(refused.Round, _now);
                break;
            case FollowerModel.Answer.Acked acked:
                _progress.Acked(acked.Flushed, _now);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(at), answer, "not a message");
        }

        Commit(_progress.Match);
    }

    /// <summary>With this peer's ack, or with those of others.</summary>
    private void Commit(LogIndex upTo)
    {
        if (upTo >= _firstOfTerm && upTo > _committed)
        {
            _committed = upTo;
            _progress.Committed(_committed, _now);
        }

        Collect();
    }

    private void AnswerRead()
    {
        if (!_reads.TryDequeue(out var read)) return;
        if (read.From <= _base.Index)
        {
            _progress.BatchesRead(ReadOutcome.BelowBase, [], _now);
        }
        else
        {
            List<Batch> batches = [];
            long bytes = 0;
            for (var i = (int)read.From.Value - 1; i < _log.Count && (batches.Count == 0 || bytes < read.BytesMax); i++)
            {
                batches.Add(_log[i]);
                bytes += _log[i].Encoded.Length;
            }

            _progress.BatchesRead(ReadOutcome.Found, batches, _now);
        }

        Collect();
    }

    private void Append()
    {
        _log.Add(TestLog.OneEntry(LastOfLeader, _term.Value));
        _progress.Appended(_log[^1], _now);
        Collect();
    }

    private void Tick()
    {
        _now += TickEvery;
        if (_wakes)
        {
            _wakes = false;
            _progress.Wake(_now);
        }

        _progress.Tick(_now);
        Collect();
    }

    private void Collect()
    {
        foreach (var effect in _progress.TakeEffects())
        {
            if (effect is PeerEffect.ReadLog read) _reads.Enqueue(read);
            else if (effect is PeerEffect.WakeAfter) _wakes = true;
            else _toFollower.Add(effect);
        }

        Assert.True(_reads.Count <= 1, "One read at a time.");
    }

    private void Check()
    {
        var safe = FlushedInCommon();
        Assert.True(_progress.Match <= safe, $"match {_progress.Match} is above what is flushed and the same: {safe}");
        Assert.True(
            _follower.Committed <= LogIndex.Max(_committed, _follower.Base.Index),
            $"the follower takes {_follower.Committed} for committed, the leader {_committed}");
        Assert.True(_follower.Committed <= Common(_follower.Last.Index), "the follower takes for committed what the leader does not have");
        Assert.True(safe >= _safe, $"what was flushed and right was destroyed: {_safe} before, {safe} now");
        _safe = safe;
    }

    /// <summary>Up to where the follower has, on disk, what the leader has. What stands before a base was the same: it is committed.</summary>
    private LogIndex FlushedInCommon() => Common(_follower.Flushed);

    private LogIndex Common(LogIndex atMost)
    {
        var from = _follower.Base.Index;
        var to = LogIndex.Min(atMost, LastOfLeader.Index);
        var common = from;
        for (var index = from; index <= to; index = index.Next)
        {
            var mine = index == LogIndex.None ? LogPoint.Origin : _log[(int)index.Value - 1].Point;
            if (_follower.PointAt(index) != mine) break;
            common = index;
        }

        return common;
    }
}
