namespace DLedger.Storage.Faster;

/// <summary>
/// One thread for what must not wait on the path of an append: taking space, writing checkpoints, dropping old segments. Runs its work once for any
/// number of wakes.
/// </summary>
internal sealed class Housekeeper : IDisposable
{
    private readonly object _gate = new();
    private readonly Action _work;
    private readonly StoreReporter _reporter;
    private readonly Thread _thread;
    private bool _woken;
    private bool _stopping;

    public Housekeeper(Action work, StoreReporter reporter)
    {
        _work = work;
        _reporter = reporter;
        _thread = new Thread(Run) { Name = "dledger-housekeeper", IsBackground = true };
    }

    public void Start() => _thread.Start();

    public void Wake()
    {
        lock (_gate)
        {
            if (_woken) return;
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Awaits the work that is running.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted)) _thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_woken && !_stopping) Monitor.Wait(_gate);
                if (_stopping) return;
                _woken = false;
            }

            try
            {
                if (!_reporter.HasFailed) _work();
            }
            catch (Exception error)
            {
                // A sick disk, a broken invariant, no memory: whatever it is stops the group, with the reason, and never the process.
                _reporter.Failed($"Housekeeping of the log failed: {error.Message}");
            }
        }
    }
}
