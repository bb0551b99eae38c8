namespace DLedger.Core;

/// <summary>
/// Read index (Raft 8): which reads joined which heartbeat round. A read joins only a round that starts after it came; the commit position is noted at the start of the
/// round, and no round starts before this term's no-op is committed (SAFETY 18).
/// </summary>
/// <typeparam name="TRead">A read.</typeparam>
public sealed class ReadRounds<TRead>
{
    private List<TRead> _next = [];
    private List<TRead> _running = [];
    private long _token;
    private LogIndex _position;
    private bool _isRunning;

    public int Count => _next.Count + _running.Count;

    public void Add(TRead read) => _next.Add(read);

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
        var reads = _running;
        _running = [];
        return (_position, reads);
    }

    /// <summary>Takes everything that waits (step-down).</summary>
    public IReadOnlyList<TRead> TakeAll()
    {
        List<TRead> all = [.. _running, .. _next];
        _running = [];
        _next = [];
        _isRunning = false;
        return all;
    }
}
