using System.Diagnostics;

namespace DLedger.Storage.Faster;

/// <summary>
/// The timers of one log, on a thread of their own: the stock ones run on the application's thread pool, and a busy pool must neither hide a stalled
/// disk nor make a healthy one look stalled. A timer that is late is not made up for: a process that was paused finds one tick, not all that it
/// missed.
/// </summary>
internal sealed class StoreTimers : TimeProvider, IDisposable
{
    private readonly object _gate = new();
    private readonly List<Timer> _timers = [];
    private readonly Action<Exception> _failed;
    private readonly Thread _thread;
    private long _wakesAt = long.MaxValue;
    private bool _stopping;

    /// <param name="failed">Hears of what a timer's callback threw.</param>
    public StoreTimers(Action<Exception> failed)
    {
        _failed = failed;
        _thread = new Thread(Run) { Name = "dledger-timers", IsBackground = true };
        _thread.Start();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Awaits the callback that is running.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void Run()
    {
        while (NextDue() is { } due)
        {
            try
            {
                due.Call();
            }
            catch (Exception error)
            {
                // Without this thread no stall would ever be noticed: whatever it is, it is told, and the thread goes on.
                _failed(error);
            }
        }
    }

    /// <summary>Waits for it; null at the end.</summary>
    private Timer? NextDue()
    {
        lock (_gate)
        {
            while (!_stopping)
            {
                var now = Stopwatch.GetTimestamp();
                _wakesAt = long.MaxValue;
                foreach (var timer in _timers)
                {
                    if (timer.DueAt <= now)
                    {
                        timer.DueAt = timer.Period == long.MaxValue ? long.MaxValue : now + timer.Period;
                        return timer;
                    }

                    _wakesAt = Math.Min(_wakesAt, timer.DueAt);
                }

                if (_wakesAt == long.MaxValue) Monitor.Wait(_gate);
                else Monitor.Wait(_gate, Math.Max(1, (int)Math.Min(int.MaxValue, (_wakesAt - now) * 1000 / Stopwatch.Frequency)));
            }

            return null;
        }
    }

    private sealed class Timer(StoreTimers owner, TimerCallback callback, object? state) : ITimer
    {
        public long DueAt { get; set; } = long.MaxValue;

        public long Period { get; private set; } = long.MaxValue;

        public void Call() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._gate)
            {
                Period = Ticks(period);
                DueAt = Ticks(dueTime) is var wait && wait == long.MaxValue ? long.MaxValue : Stopwatch.GetTimestamp() + wait;
                // Set and taken back with every flush: the thread is woken only for what comes sooner than what it waits for anyway.
                if (DueAt < owner._wakesAt) Monitor.Pulse(owner._gate);
                return true;
            }
        }

        public void Dispose()
        {
            lock (owner._gate) owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private static long Ticks(TimeSpan time) =>
            time == Timeout.InfiniteTimeSpan ? long.MaxValue : (long)(time.TotalSeconds * Stopwatch.Frequency);
    }
}
