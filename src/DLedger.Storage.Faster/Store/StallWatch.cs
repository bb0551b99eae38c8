namespace DLedger.Storage.Faster;

/// <summary>
/// Tells when one I/O has been running for too long, and when it came back (SAFETY 24). Counts ticks instead of reading a clock: while the whole
/// process is paused no ticks come, so a pause is never taken for a slow disk.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    private const int TicksToStall = 4;

    private readonly Lock _gate = new();
    private readonly StoreReporter _reporter;
    private readonly TimeSpan _tick;
    private readonly ITimer _timer;
    private bool _running;
    private bool _stalled;
    private int _ticks;

    public StallWatch(TimeProvider time, TimeSpan stallAfter, StoreReporter reporter)
    {
        _reporter = reporter;
        _tick = stallAfter / TicksToStall;
        // On the store's own thread for timers, never on the application's thread pool.
        _timer = time.CreateTimer(static watch => ((StallWatch)watch!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Begin()
    {
        lock (_gate)
        {
            _running = true;
            _ticks = 0;
        }

        _timer.Change(_tick, _tick);
    }

    public void End()
    {
        bool wasStalled;
        lock (_gate)
        {
            _running = false;
            wasStalled = _stalled;
            _stalled = false;
        }

        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (wasStalled) _reporter.Stalled(false);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        // Said under the lock, so that "stalled" always comes before the "came back" of the same I/O. The reporter takes no lock of the store.
        lock (_gate)
        {
            if (!_running || _stalled || ++_ticks < TicksToStall) return;
            _stalled = true;
            _reporter.Stalled(true);
        }
    }
}
