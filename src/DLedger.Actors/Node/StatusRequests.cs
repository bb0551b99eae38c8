namespace DLedger.Node;

/// <summary>
/// Who asks for the status, so that thousands of questions cost no more than one: all that wait share a collection. A question joins only one that
/// begins after it came, as reads do, so an answer is never older than its question.
/// </summary>
internal sealed class StatusRequests
{
    /// <summary>More than so many at once are answered without a collection.</summary>
    private const int WaitingMax = 10_000;

    private List<Caller> _next = [];
    private List<Caller> _running = [];
    private bool _isRunning;

    /// <summary>False: too many wait.</summary>
    public bool TryAdd(Caller asker)
    {
        if (_next.Count >= WaitingMax) return false;
        _next.Add(asker);
        return true;
    }

    /// <summary>Whether a collection must begin now, for all that wait.</summary>
    public bool TryStart()
    {
        if (_isRunning || _next.Count == 0) return false;
        (_running, _next) = (_next, _running);
        return _isRunning = true;
    }

    /// <summary>A collection is there, or will never be: whom to answer.</summary>
    public IReadOnlyList<Caller> Collected()
    {
        _isRunning = false;
        var askers = _running;
        _running = [];
        return askers;
    }

    /// <summary>Everybody that waits, when there are no roles any more to collect from.</summary>
    public IReadOnlyList<Caller> TakeAll()
    {
        IReadOnlyList<Caller> all = [.. _running, .. _next];
        _running = [];
        _next = [];
        _isRunning = false;
        return all;
    }
}
