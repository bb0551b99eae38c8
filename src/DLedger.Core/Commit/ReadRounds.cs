namespace DLedger.Core;

/// <summary>
/// Read index (Raft 8): which reads joined which round. On a leader, a round is one of heartbeats; on a follower, a question to the leader. A read
/// joins only a round that starts after it came, and one is under way at a time, however many reads wait. On a leader the commit position is noted at
/// the start of the round, and no round starts before this term's no-op is committed (SAFETY 18); a follower takes it from the answer (SAFETY 78).
/// All that can take long, so a read waits no longer than its deadline; and how many there are is bounded by whoever lets them in.
/// </summary>
/// <typeparam name="TRead">A read.</typeparam>
internal sealed class ReadRounds<TRead>
{
    private List<(TRead Read, TimeSpan Deadline)> _next = [];
    private List<(TRead Read, TimeSpan Deadline)> _running = [];
    private long _token;
    private LogIndex _position;

    public int Count => _next.Count + _running.Count;

    /// <summary>A round is under way.</summary>
    public bool IsRunning { get; private set; }

    /// <param name="read">Waits for a round that starts from now on.</param>
    /// <param name="deadline">Not before that of any read that came earlier.</param>
    public void Add(TRead read, TimeSpan deadline) => _next.Add((read, deadline));

    /// <summary>On a leader: starts a round for all that wait, if there are any and none is running. The token names it.</summary>
    public bool TryStart(bool ownTermCommitted, LogIndex committed, out long token)
    {
        token = 0;
        if (!ownTermCommitted || !TryStart(out token)) return false;
        _position = committed;
        return true;
    }

    /// <summary>On a follower: the same; the position comes with the answer.</summary>
    public bool TryStart(out long token)
    {
        token = 0;
        if (IsRunning || _next.Count == 0) return false;
        (_running, _next) = (_next, _running);
        IsRunning = true;
        token = ++_token;
        return true;
    }

    /// <summary>Whether any read that joined the round that is running is such a one.</summary>
    public bool AnyRunning(Predicate<TRead> isSuch) => _running.Exists(waiting => isSuch(waiting.Read));

    /// <summary>
    /// The round is confirmed: its reads may be served at the position that was noted, and go to <paramref name="reads"/>. A token that is not
    /// running confirms nothing.
    /// </summary>
    public bool TryConfirm(long token, ICollection<TRead> reads, out LogIndex position)
    {
        ArgumentNullException.ThrowIfNull(reads);
        position = _position;
        if (!IsRunning || token != _token) return false;
        IsRunning = false;
        foreach (var (read, _) in _running) reads.Add(read);
        _running.Clear();
        return true;
    }

    /// <summary>Nothing is to be expected of the round that is running: its reads join the next one, ahead of those that came after them.</summary>
    public void Abandon()
    {
        if (!IsRunning) return;
        IsRunning = false;
        _running.AddRange(_next);
        _next.Clear();
        (_running, _next) = (_next, _running);
    }

    /// <summary>Takes the reads that have waited too long, for whatever reason.</summary>
    public IReadOnlyList<TRead> TakeExpired(TimeSpan now) => Take(ExpiredOf(_running, now), ExpiredOf(_next, now));

    /// <summary>Takes everything that waits.</summary>
    public IReadOnlyList<TRead> TakeAll()
    {
        IsRunning = false;
        return Take(_running.Count, _next.Count);
    }

    private static int ExpiredOf(List<(TRead Read, TimeSpan Deadline)> reads, TimeSpan now)
    {
        var expired = 0;
        while (expired < reads.Count && reads[expired].Deadline <= now) expired++;
        return expired;
    }

    private TRead[] Take(int running, int next)
    {
        if (running + next == 0) return [];
        var taken = new TRead[running + next];
        for (var i = 0; i < running; i++) taken[i] = _running[i].Read;
        for (var i = 0; i < next; i++) taken[running + i] = _next[i].Read;
        _running.RemoveRange(0, running);
        _next.RemoveRange(0, next);
        return taken;
    }
}
