namespace DLedger.Core;

/// <summary>
/// Read index (Raft 8): which reads joined which heartbeat round. A read joins only a round that starts after it came; the commit position is noted at the start of the
/// round, and no round starts before this term's no-op is committed (SAFETY 18). That can take long on a leader with a backlog, so a read waits no longer than its deadline;
/// and how many there are is bounded by whoever lets them in.
/// </summary>
/// <typeparam name="TRead">A read.</typeparam>
public sealed class ReadRounds<TRead>
{
    private List<(TRead Read, TimeSpan Deadline)> _next = [];
    private List<(TRead Read, TimeSpan Deadline)> _running = [];
    private long _token;
    private LogIndex _position;
    private bool _isRunning;

    public int Count => _next.Count + _running.Count;

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

    /// <summary>The round is confirmed: its reads may be served at its position. Empty for a token that is not running.</summary>
    public (LogIndex Position, IReadOnlyList<TRead> Reads) Confirmed(long token)
    {
        if (!_isRunning || token != _token) return (_position, []);
        _isRunning = false;
        return (_position, TakeFirst(_running, _running.Count));
    }

    /// <summary>Takes the reads that have waited too long, for whatever reason.</summary>
    public IReadOnlyList<TRead> TakeExpired(TimeSpan now)
    {
        var running = ExpiredOf(_running, now);
        var next = ExpiredOf(_next, now);
        return running + next == 0 ? [] : [.. TakeFirst(_running, running), .. TakeFirst(_next, next)];
    }

    /// <summary>Takes everything that waits (step-down).</summary>
    public IReadOnlyList<TRead> TakeAll()
    {
        _isRunning = false;
        return [.. TakeFirst(_running, _running.Count), .. TakeFirst(_next, _next.Count)];
    }

    private static int ExpiredOf(List<(TRead Read, TimeSpan Deadline)> reads, TimeSpan now)
    {
        var expired = 0;
        while (expired < reads.Count && reads[expired].Deadline <= now) expired++;
        return expired;
    }

    private static TRead[] TakeFirst(List<(TRead Read, TimeSpan Deadline)> reads, int count)
    {
        var taken = new TRead[count];
        for (var i = 0; i < count; i++) taken[i] = reads[i].Read;
        reads.RemoveRange(0, count);
        return taken;
    }
}
