using Akka.Actor;
using Akka.Dispatch;

namespace DLedger.Node;

/// <summary>
/// Runs actors on threads of its own that sleep when there is nothing to do. Akka's fork-join executor has threads of its own too, but they spin while they wait: with three
/// pools a member took more time from the others by waiting than it used for work.
/// </summary>
internal sealed class DedicatedThreads : ExecutorService
{
    private readonly Queue<IRunnable> _work = new();
    private readonly Thread[] _threads;
    private int _idle;
    private bool _stopping;

    public DedicatedThreads(string id, int threads)
        : base(id)
    {
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{id}-{i}" };
            _threads[i].Start();
        }
    }

    public override void Execute(IRunnable run)
    {
        lock (_work)
        {
            if (_stopping) throw new RejectedExecutionException($"{Id} has been shut down.");
            _work.Enqueue(run);
            if (_idle > 0) Monitor.Pulse(_work);
        }
    }

    public override void Shutdown()
    {
        lock (_work)
        {
            _stopping = true;
            Monitor.PulseAll(_work);
        }
    }

    private void Run()
    {
        while (true)
        {
            IRunnable next;
            lock (_work)
            {
                while (_work.Count == 0)
                {
                    if (_stopping) return;
                    _idle++;
                    Monitor.Wait(_work);
                    _idle--;
                }

                next = _work.Dequeue();
            }

            next.Run();
        }
    }
}
