namespace DLedger.Core;

/// <summary>
/// How far one peer is, and what to send it next. Lives for one leadership.
/// </summary>
/// <remarks>
/// <code>
///            no common batch: Install ---Installed---+
///               ^                                    |
///               |                                    v
///   start --> Compare --match is its tail-->  Append (window) --refused, or no progress--> Compare
///               ^  |                            ^
///               |  +--it has more--> Truncate --+
///               +-----refused-----------+
/// </code>
/// A round numbers each Compare and what follows from it; answers to older rounds are dropped. <c>next</c> is where the next push starts;
/// <c>match</c> moves by acks only (SAFETY 9).
/// <para>
/// It has more fields than fifteen because one decision, what to send next, looks at all of them: the state, the window, the commit position and
/// three clocks. Those that belong to one state only say so.
/// </para>
/// </remarks>
internal sealed class PeerProgress
{
    private const int RunsPerCompare = 64;

    private readonly ReplicationSettings _settings;

    /// <summary>The terms of the leader's log: this object's own copy, told of each batch and of each move of the base.</summary>
    private readonly TermTable _terms;

    /// <summary>How fast a peer is brought up to date while others commit without it.</summary>
    private readonly CatchUpPace _pace;

    /// <summary>Batches that were sent and not acked, in order: the window.</summary>
    private readonly Queue<(LogIndex Last, int Bytes)> _underWay = new();

    /// <summary>Batches that go with the push that is being put together; empty between two events.</summary>
    private readonly List<Batch> _group = [];

    /// <summary>What the caller has not taken yet.</summary>
    private List<PeerEffect> _effects = [];

    /// <summary>What stands before the leader's first batch; retention moves it.</summary>
    private Tail _base;

    /// <summary>In Install: the base that was offered. A base that has moved on meanwhile is offered anew.</summary>
    private Tail _offered;

    /// <summary>Where the next push starts. Goes back after a comparison.</summary>
    private LogIndex _next;

    /// <summary>The leader's commit position; only grows.</summary>
    private LogIndex _committed;

    /// <summary>The sum of what is in <see cref="_underWay"/>.</summary>
    private long _bytesUnderWay;

    /// <summary>Numbers each question and offer. Answers to another one are late.</summary>
    private long _round;

    /// <summary>In Compare: how many of the newest runs the peer was asked about before, and had nothing in common with.</summary>
    private int _runsSkipped;

    /// <summary>In Truncate: what the peer is to keep, and the tail that it reported; sent again until it answers (SAFETY 11).</summary>
    private (LogPoint Keep, LogPoint Reported) _truncation;

    /// <summary>In Append: the log is being read; one read at a time.</summary>
    private bool _reading;

    /// <summary>A <see cref="PeerEffect.WakeAfter"/> is out.</summary>
    private bool _wakes;

    /// <summary>The commit position that the last push carried.</summary>
    private LogIndex _committedSent;

    /// <summary>The largest batch that the peer takes, by its greeting.</summary>
    private long _largestBatch = long.MaxValue;

    /// <summary>Most bytes of small batches in one push: the lower of our limit and the peer's.</summary>
    private long _pushBytes;

    /// <summary>When anything was sent last: what is repeated, or sent to an idle peer, goes by it.</summary>
    private TimeSpan _lastSent;

    /// <summary>When a commit position was told by a push of its own last.</summary>
    private TimeSpan _commitTold;

    /// <summary>When the peer last got further, or the window was last empty: without progress for a while the logs are compared anew.</summary>
    private TimeSpan _lastProgress;

    /// <summary>The time of the event that is being dealt with.</summary>
    private TimeSpan _now;

    /// <param name="settings">Limits.</param>
    /// <param name="terms">The leader's term table; owned by this object from here on.</param>
    /// <param name="logBase">What stands before the leader's first batch.</param>
    /// <param name="committed">The leader's commit position.</param>
    /// <param name="now">Monotonic.</param>
    public PeerProgress(ReplicationSettings settings, TermTable terms, Tail logBase, LogIndex committed, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(terms);
        _settings = settings;
        _pushBytes = settings.PushBytes;
        _terms = terms;
        _base = logBase;
        _committed = committed;
        _now = now;
        _pace = new CatchUpPace(settings.CatchUpBytesPerSecond, Math.Max(settings.WindowBytes, ReadBytes), settings.ResendAfter, now);
        _commitTold = now - settings.CommitAfter;
        _next = terms.Last.Index.Next;
        StartCompare();
    }

    public PeerState State { get; private set; }

    /// <summary>The last batch known to be on the peer's disk; told by acks only.</summary>
    public LogIndex Match { get; private set; }

    public LogIndex Next => _next;

    /// <summary>The batch that the peer cannot take, so that nothing goes on from here; null while all is well.</summary>
    public (LogIndex Index, int Bytes)? TooLarge { get; private set; }

    /// <summary>What the peer says that it takes: nothing larger is sent, since its connection would break at it, again and again.</summary>
    public void PeerTakes(long maxEntryBytes, long batchBytesMax, TimeSpan now)
    {
        _now = now;
        var largest = Math.Max(Batch.EncodedBytes(maxEntryBytes, 1), Batch.HeaderBytes + batchBytesMax);
        if (largest == _largestBatch) return;
        _largestBatch = largest;
        _pushBytes = Math.Min(_settings.PushBytes, batchBytesMax);
        TooLarge = null;
        Fill();
    }

    /// <summary>Hands over the effects so far, in order.</summary>
    public IReadOnlyList<PeerEffect> TakeEffects()
    {
        if (_effects.Count == 0) return [];
        var effects = _effects;
        _effects = [];
        return effects;
    }

    /// <summary>The leader has a new last batch.</summary>
    public void Appended(Batch batch, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _now = now;
        _terms.Append(batch.Point);
        _pace.OnAppended(batch.Encoded.Length);
        if (State != PeerState.Append) return;
        if (_next == batch.Index && !_reading && HasRoom() && IsTaken(batch))
        {
            _group.Add(batch);
            SendGroup();
        }
        else
        {
            Fill();
        }
    }

    /// <summary>
    /// The commit position moved. It rides on the next push. When there is none, it goes by itself: at once after a pause, else when no push has gone
    /// for a short while, so that a client that appends one by one does not cost each peer two pushes an append, and one that waits for the other
    /// members between two does not wait for a <see cref="Tick"/>.
    /// </summary>
    public void Committed(LogIndex committed, TimeSpan now)
    {
        _now = now;
        if (committed > _committed && committed > Match) _pace.OnCommittedWithout(now);
        _committed = LogIndex.Max(_committed, committed);
        if (!CommitWaits) return;
        if (now - _commitTold >= _settings.CommitAfter) TellCommit();
        else WakeSoon();
    }

    /// <summary>The time of a <see cref="PeerEffect.WakeAfter"/> is over.</summary>
    public void Wake(TimeSpan now)
    {
        _now = now;
        _wakes = false;
        if (!CommitWaits) return;
        if (now - _lastSent >= _settings.CommitSoon) TellCommit();
        else WakeSoon();
    }

    /// <summary>Retention took the beginning of the leader's log.</summary>
    public void BaseMoved(Tail newBase)
    {
        if (newBase.Index <= _base.Index) return;
        _base = newBase;
        _terms.DropUpTo(newBase.Point);
    }

    public void Compared(long round, LogPoint? match, LogPoint last, TimeSpan now)
    {
        _now = now;
        if (round != _round || State != PeerState.Compare) return;
        if (match is { } named && (named.Index > last.Index || (named.Index > _base.Index && !_terms.Contains(named))))
        {
            // What both have is in this log, unless retention took it meanwhile.
            Drop($"a comparison that found {named} in both logs, one ending at {last}, the other at {_terms.Last}");
            return;
        }

        _lastProgress = now;
        if (match is not { } common || !_terms.Contains(common))
        {
            _runsSkipped += RunsPerCompare;
            if (match is not null || _runsSkipped >= _terms.Runs.Count)
            {
                StartInstall();
                return;
            }

            // A question of its own, or the same answer twice would skip runs that nobody compared.
            _round++;
            SendCompare();
            return;
        }

        ForgetUnderWayAbove(common.Index);
        _next = common.Index.Next;
        if (last.Index > common.Index)
        {
            State = PeerState.Truncate;
            _truncation = (common, last);
            SendTruncate();
            return;
        }

        StartAppend();
    }

    public void Truncated(long round, bool done, TimeSpan now)
    {
        _now = now;
        if (round != _round || State != PeerState.Truncate) return;
        _lastProgress = now;
        if (done) StartAppend();
        else StartCompare();
    }

    /// <summary>The peer has everything up to here on disk. False: nobody can have that, and it counts for nothing (SAFETY 9).</summary>
    public bool Acked(LogIndex flushed, TimeSpan now)
    {
        _now = now;
        if (flushed > _terms.Last.Index)
        {
            Drop($"an ack of {flushed}, above our tail {_terms.Last}");
            return false;
        }

        if (flushed > Match)
        {
            Match = flushed;
            _lastProgress = now;
        }

        while (_underWay.TryPeek(out var push) && push.Last <= flushed)
        {
            _bytesUnderWay -= push.Bytes;
            _underWay.Dequeue();
        }

        Fill();
        return true;
    }

    /// <summary>The peer's folder was replaced: nothing that was known of it holds (SAFETY 7).</summary>
    public void StartAnew(TimeSpan now)
    {
        _now = now;
        Match = LogIndex.None;
        ForgetUnderWayAbove(LogIndex.None);
        StartCompare();
    }

    /// <summary>A push did not fit: find out anew where the logs agree.</summary>
    public void Refused(long round, TimeSpan now)
    {
        _now = now;
        if (round == _round && State == PeerState.Append) StartCompare();
    }

    public void Installed(long round, TimeSpan now)
    {
        _now = now;
        if (round != _round || State != PeerState.Install) return;
        StartCompare();
    }

    /// <summary>The answer to <see cref="PeerEffect.ReadLog"/>; empty when the log is no longer what was expected.</summary>
    public void BatchesRead(ReadOutcome outcome, IReadOnlyList<Batch> batches, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(batches);
        _now = now;
        _reading = false;
        if (State != PeerState.Append) return;
        if (outcome == ReadOutcome.BelowBase)
        {
            StartInstall();
            return;
        }

        // Answers to a question of before a Compare start elsewhere: ask again.
        if (batches.Count > 0 && batches[0].Index == _next)
        {
            long groupBytes = 0;
            foreach (var batch in batches)
            {
                // SAFETY 12: an answer to a question of an earlier leadership may hold what is no longer in the log.
                if (!_terms.Contains(batch.Point) || !HasRoom() || !IsTaken(batch)) break;
                if (_group.Count > 0 && groupBytes + batch.Encoded.Length > _pushBytes)
                {
                    SendGroup();
                    groupBytes = 0;
                }

                _group.Add(batch);
                groupBytes += batch.Encoded.Length;
                if (batch.Index <= _committed) _pace.OnSent(batch.Encoded.Length, _now);
            }

            if (_group.Count > 0) SendGroup();
        }

        Fill();
    }

    public void Tick(TimeSpan now)
    {
        _now = now;
        switch (State)
        {
            case PeerState.Append when _underWay.Count > 0 && now - _lastProgress >= _settings.ResendAfter:
                StartCompare();
                break;
            case PeerState.Append when now - _lastSent >= _settings.IdleAfter:
                SendPush([]); // SAFETY 13
                Fill();
                break;
            case PeerState.Append when CommitWaits:
                TellCommit();
                break;
            case PeerState.Append:
                Fill();
                break;
            case PeerState.Compare when now - _lastSent >= _settings.ResendAfter:
                SendCompare();
                break;
            case PeerState.Truncate when now - _lastSent >= _settings.ResendAfter:
                SendTruncate();
                break;
            case PeerState.Install when now - _lastSent >= _settings.ResendAfter:
                // A base that has moved on meanwhile is a new offer; the same one keeps its round, so that a slow answer still counts.
                if (_base != _offered) StartInstall();
                else SendInstall();
                break;
            default:
                break;
        }
    }

    private void StartCompare()
    {
        State = PeerState.Compare;
        _round++;
        _runsSkipped = 0;
        SendCompare();
    }

    private void StartInstall()
    {
        State = PeerState.Install;
        TooLarge = null; // below the base by now, or met again behind it
        _round++;
        ForgetUnderWayAbove(LogIndex.None);
        _offered = _base;
        SendInstall();
    }

    private void StartAppend()
    {
        State = PeerState.Append;
        _lastProgress = _now;
        // SAFETY 13: something is sent at once, so that what the comparison verified is acked without new traffic.
        SendPush([]);
        Fill();
    }

    /// <summary>
    /// Reads from the log what the peer lacks, while the window is open. Only what is committed already can wait for the pace: for the rest somebody
    /// may be waiting.
    /// </summary>
    private void Fill()
    {
        if (State != PeerState.Append || _reading || _next > _terms.Last.Index || !HasRoom() || TooLarge?.Index == _next) return;
        if (_next <= _base.Index)
        {
            StartInstall();
            return;
        }

        var room = Math.Min(_settings.WindowBytes - _bytesUnderWay, ReadBytes);
        if (_next <= _committed && !_pace.Allows(room, _now)) return;
        _reading = true;
        _effects.Add(new PeerEffect.ReadLog(_next, _terms.TermAt(_next)!.Value, (int)room));
    }

    /// <summary>The peer is not told yet how far the commit position is, and no push is to come that would.</summary>
    private bool CommitWaits => State == PeerState.Append && _next > _terms.Last.Index && _committedSent < _committed;

    private void WakeSoon()
    {
        if (_wakes) return;
        _wakes = true;
        _effects.Add(new PeerEffect.WakeAfter(_settings.CommitSoon));
    }

    private void TellCommit()
    {
        _commitTold = _now;
        SendPush([]);
    }

    private bool IsTaken(Batch batch)
    {
        if (batch.Encoded.Length <= _largestBatch) return true;
        if (TooLarge?.Index == batch.Index) return false;
        TooLarge = (batch.Index, batch.Encoded.Length);
        _effects.Add(new PeerEffect.TooLarge(batch.Index, batch.Encoded.Length));
        return false;
    }

    private void Drop(string what) => _effects.Add(new PeerEffect.Dropped(what));

    private long ReadBytes => _settings.PushBytes * 4L;

    private bool HasRoom() => _bytesUnderWay < _settings.WindowBytes && _underWay.Count + _group.Count < _settings.WindowBatches;

    private void SendGroup()
    {
        foreach (var batch in _group)
        {
            _underWay.Enqueue((batch.Index, batch.Encoded.Length));
            _bytesUnderWay += batch.Encoded.Length;
        }

        if (_underWay.Count == _group.Count) _lastProgress = _now; // nothing was under way before: the wait begins now
        Batch[] batches = [.. _group];
        _group.Clear();
        var first = batches[0];
        _next = batches[^1].Index.Next;
        Push(first.PreviousPoint, batches);
    }

    private void SendPush(Batch[] batches)
    {
        var previous = _next.Previous;
        if (_terms.TermAt(previous) is { } term) Push(new LogPoint(previous, term), batches);
        else StartInstall();
    }

    private void Push(LogPoint previous, Batch[] batches)
    {
        _lastSent = _now;
        _committedSent = _committed;
        _effects.Add(new PeerEffect.SendPush(_round, previous, _committed, batches));
    }

    private void SendCompare()
    {
        _lastSent = _now;
        var runs = _terms.Runs;
        var end = Math.Max(0, runs.Count - _runsSkipped);
        var start = Math.Max(0, end - RunsPerCompare);
        var part = new TermRun[end - start];
        for (var i = start; i < end; i++) part[i - start] = runs[i];
        _effects.Add(new PeerEffect.SendCompare(_round, _terms.Base, part));
    }

    private void SendTruncate()
    {
        _lastSent = _now;
        _effects.Add(new PeerEffect.SendTruncate(_round, _truncation.Keep, _truncation.Reported));
    }

    private void SendInstall()
    {
        _lastSent = _now;
        _effects.Add(new PeerEffect.SendInstall(_round, _offered));
    }

    private void ForgetUnderWayAbove(LogIndex last)
    {
        var kept = _underWay.Where(push => push.Last <= last).ToArray();
        _underWay.Clear();
        _bytesUnderWay = 0;
        foreach (var push in kept)
        {
            _underWay.Enqueue(push);
            _bytesUnderWay += push.Bytes;
        }
    }
}
