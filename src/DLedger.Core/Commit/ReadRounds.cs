namespace DLedger.Core;

/// <summary>
/// Read index (Raft 8): which reads joined which heartbeat round. A read joins only a round that starts after it came; the commit position is noted
/// at the start of the round, and no round starts before this term's no-op is committed (SAFETY 18). A read whose round is confirmed is served once
/// everything up to its position is applied. All that can take long on a leader with a backlog, so a read waits no longer than its deadline; and how
/// many there are is bounded by whoever lets them in.
/// </summary>
/// <typeparam name="TRead">A read.</typeparam>
internal sealed class ReadRounds<TRead>
{
    private readonly Queue<(TRead Read, LogIndex Position, TimeSpan Deadline)> _confirmed = new();
    private List<(TRead Read, TimeSpan Deadline)> _next = [];
    private List<(TRead Read, TimeSpan Deadline)> _running = [];
    private long _token;
    private LogIndex _position;
    private bool _isRunning;

    public int Count => _next.Count + _running.Count + _confirmed.Count;

    /// <param name="read">Waits for a round that starts from now on.</param>
    /// <param name="deadline">Not before that of any read that came earlier.</param>
    public void Add(TRead read, TimeSpan deadline) => _next.Add((read, deadline));

    /// <summary>Starts a round for all that wait, if there are any and none is running. The token names it.</summary>
    public bool TryStart(bool ownTermCommitted, LogIndex committed, out long token)
    {
        token = 0;
        if (_isRunning || _next.Count == 0 || !ownTermCommitted) return false;
        (_running, _next) = (_next, _running);
        _position = committed;
        _isRunning = true;
        token = ++_token;
        return true;
    }

    /// <summary>The round is confirmed: its reads may be served at its position. A token that is not running confirms nothing.</summary>
    public void Confirmed(long token)
    {
        if (!_isRunning || token != _token) return;
        _isRunning = false;
        foreach (var (read, deadline) in _running) _confirmed.Enqueue((read, _position, deadline));
        _running.Clear();
    }

    /// <summary>Takes the next read that was confirmed and whose position is applied.</summary>
    public bool TryTakeApplied(LogIndex applied, out TRead read, out LogIndex position)
    {
        (read, position) = (default!, LogIndex.None);
        if (!_confirmed.TryPeek(out var next) || next.Position > applied) return false;
        (read, position, _) = _confirmed.Dequeue();
        return true;
    }

    /// <summary>Takes the reads that have waited too long, for whatever reason.</summary>
    public IReadOnlyList<TRead> TakeExpired(TimeSpan now)
    {
        var confirmed = 0;
        foreach (var read in _confirmed)
        {
            if (read.Deadline > now) break;
            confirmed++;
        }

        return Take(confirmed, ExpiredOf(_running, now), ExpiredOf(_next, now));
    }

    /// <summary>Takes everything that waits (step-down).</summary>
    public IReadOnlyList<TRead> TakeAll()
    {
        _isRunning = false;
        return Take(_confirmed.Count, _running.Count, _next.Count);
    }

    private static int ExpiredOf(List<(TRead Read, TimeSpan Deadline)> reads, TimeSpan now)
    {
        var expired = 0;
        while (expired < reads.Count && reads[expired].Deadline <= now) expired++;
        return expired;
    }

    private TRead[] Take(int confirmed, int running, int next)
    {
        if (confirmed + running + next == 0) return [];
        var taken = new TRead[confirmed + running + next];
        for (var i = 0; i < confirmed; i++) taken[i] = _confirmed.Dequeue().Read;
        for (var i = 0; i < running; i++) taken[confirmed + i] = _running[i].Read;
        for (var i = 0; i < next; i++) taken[confirmed + running + i] = _next[i].Read;
        _running.RemoveRange(0, running);
        _next.RemoveRange(0, next);
        return taken;
    }
}
