namespace DLedger.Client;

/// <summary>
/// Tells callers what became of their appends, on one thread of the client's own: whatever awaits a result goes on there at once, so nobody has to be
/// woken for each of the hundreds that one answer completes. What goes on may block, also until another result of the same client is there: results
/// that have waited for <see cref="WaitMax"/> are told on the shared pool.
/// </summary>
/// <remarks>Members in the same process are never held up by it: the threads that their actors and logs need tell nobody.</remarks>
internal sealed class ResultTeller
{
    /// <summary>Seen by <see cref="Look"/>, so it comes on top of the time between two looks.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();
    private readonly Queue<(AppendRequest Request, TimeSpan Since)> _waiting = new();
    private (AppendRequest Request, TimeSpan Since)? _current;
    private Thread? _thread;
    private bool _idle;
    private bool _heldUp;
    private bool _ended;

    /// <summary>There is nothing to look after: all is told, or the pool has it.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _heldUp || (_current is null && _waiting.Count == 0);
        }
    }

    /// <summary>Tells one, on the pool; there are few of these. May be called with a lock held.</summary>
    public static void Tell(PendingAppend append, AppendResult result) =>
        ThreadPool.UnsafeQueueUserWorkItem(static told => told.append.Finish(told.result), (append, result), preferLocal: false);

    /// <summary>Tells all that travelled in a request.</summary>
    public void Tell(AppendRequest request, AppendResult result, TimeSpan now)
    {
        request.Complete(result);
        lock (_gate)
        {
            if (!_heldUp && !_ended)
            {
                _waiting.Enqueue((request, now));
                if (_thread is null)
                {
                    _thread = new Thread(Run) { Name = "dledger-client", IsBackground = true };
                    _thread.UnsafeStart();
                }
                else if (_idle)
                {
                    Monitor.Pulse(_gate);
                }

                return;
            }
        }

        TellOnPool(request);
    }

    /// <summary>
    /// To be called every now and then while this is not <see cref="IsIdle"/>: hands over to the pool what the thread does not get to.
    /// </summary>
    public void Look(TimeSpan now)
    {
        lock (_gate)
        {
            if (!_heldUp && _current is { } current && now - current.Since >= WaitMax) HandOff();
        }
    }

    /// <summary>The client is closed. What still waits is told all the same.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            HandOff();
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>An item for each append, and the next one queued before the one is told: whatever blocks there blocks itself alone.</summary>
    private static void TellOnPool(AppendRequest request) => ThreadPool.UnsafeQueueUserWorkItem(
        static request =>
        {
            if (!request.TryTakeNext(out var append, out var result)) return;
            TellOnPool(request);
            append.Finish(result);
        },
        request,
        preferLocal: false);

    /// <summary>Until the thread comes back, if it is anywhere.</summary>
    private void HandOff()
    {
        _heldUp = true;
        if (_current is { } current) TellOnPool(current.Request);
        while (_waiting.TryDequeue(out var next)) TellOnPool(next.Request);
    }

    private void Run()
    {
        while (true)
        {
            AppendRequest request;
            lock (_gate)
            {
                _current = null;
                _heldUp = false;
                while (_waiting.Count == 0)
                {
                    if (_ended) return;
                    _idle = true;
                    Monitor.Wait(_gate);
                    _idle = false;
                }

                _current = _waiting.Dequeue();
                request = _current.Value.Request;
            }

            while (request.TryTakeNext(out var append, out var result)) append.Finish(result);
        }
    }
}
