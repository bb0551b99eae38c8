using Akka.Actor;
using Akka.Event;

namespace DLedger.Threading;

/// <summary>Alarms of a thread that sleeps until the next one is due, and for ever when there is none. It begins with the first alarm.</summary>
/// <param name="clock">Monotonic.</param>
/// <param name="log">Where it is said that one could not be told.</param>
internal sealed class AlarmThread(ITimeProvider clock, ILoggingAdapter log) : IAlarms, IDisposable
{
    /// <summary>Guards everything below; pulsed when the next alarm is another one.</summary>
    private readonly object _gate = new();

    /// <summary>What is to be told, by when.</summary>
    private readonly PriorityQueue<(IActorRef To, object Message), TimeSpan> _waiting = new();

    private bool _hasStarted;
    private bool _isClosed;

    public void TellAfter(TimeSpan time, IActorRef to, object message)
    {
        var due = clock.MonotonicClock + time;
        lock (_gate)
        {
            if (_isClosed) return;
            var isNext = !_waiting.TryPeek(out _, out var next) || due < next;
            _waiting.Enqueue((to, message), due);
            if (!_hasStarted) Start();
            else if (isNext) Monitor.Pulse(_gate);
        }
    }

    /// <summary>What has not been told yet never is.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _waiting.Clear();
            Monitor.Pulse(_gate);
        }
    }

    private void Start()
    {
        _hasStarted = true;
        new Thread(Run) { IsBackground = true, Name = "dledger-alarms" }.Start();
    }

    private void Run()
    {
        while (Next() is { } alarm)
        {
            try
            {
                alarm.To.Tell(alarm.Message, ActorRefs.NoSender);
            }
#pragma warning disable CA1031 // A thread of ours ends no process; what was to be told is as lost as any message may be.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                log.Error(problem, "An alarm for {0} was lost", alarm.To);
            }
        }
    }

    /// <summary>Waits until one is due; null once this is closed.</summary>
    private (IActorRef To, object Message)? Next()
    {
        lock (_gate)
        {
            while (!_isClosed)
            {
                if (!_waiting.TryPeek(out _, out var due))
                {
                    Monitor.Wait(_gate);
                    continue;
                }

                var left = due - clock.MonotonicClock;
                if (left <= TimeSpan.Zero) return _waiting.Dequeue();
                // Rounded up: an alarm is never early.
                Monitor.Wait(_gate, TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)));
            }
        }

        return null;
    }
}
