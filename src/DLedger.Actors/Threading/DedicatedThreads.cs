using Akka.Dispatch;

namespace DLedger.Threading;

/// <summary>
/// Runs actors on threads of its own that sleep when there is nothing to do. Akka's fork-join executor has threads of its own too, but they spin
/// while they wait: with three pools a member took more time from the others by waiting than it used for work.
/// </summary>
/// <remarks>
/// Waking a thread costs more than most messages take. So the first actor that a running one makes ready runs next on the same thread
/// (<see cref="Turn"/>); further ones are for the others. A thread that is not one of these may be borrowed (<see cref="BorrowedThread"/>) and then
/// does likewise.
/// </remarks>
internal sealed class DedicatedThreads : ExecutorService
{
    private readonly Queue<IRunnable> _work = new();
    private readonly Thread[] _threads;
    private readonly bool _borrows;
    private readonly Action<IRunnable, Exception> _failed;
    private int _idle;
    private bool _stopping;

    /// <param name="id">Name of the dispatcher, and with a number that of each thread.</param>
    /// <param name="threads">How many.</param>
    /// <param name="borrows">Whether what runs here may run on a borrowed thread as well: only if it never waits.</param>
    /// <param name="failed">
    /// Hears of what came out of a run: an actor's exceptions go to its supervisor, so it is one of Akka's own, or of a logger's.
    /// </param>
    public DedicatedThreads(string id, int threads, bool borrows, Action<IRunnable, Exception> failed)
        : base(id)
    {
        _failed = failed;
        _borrows = borrows;
        _threads = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            _threads[i] = new Thread(Run) { IsBackground = true, Name = $"{id}-{i}" };
            _threads[i].Start();
        }
    }

    public override void Execute(IRunnable run)
    {
        if (Turn.Current is { } turn && MayRunIn(turn) && turn.TryTake(run, this)) return;
        if (!TryEnqueue(run)) throw new RejectedExecutionException($"{Id} has been shut down.");
    }

    public override void Shutdown()
    {
        lock (_work)
        {
            _stopping = true;
            Monitor.PulseAll(_work);
        }
    }

    /// <summary>For a thread of any. False: these have ended.</summary>
    internal bool TryEnqueue(IRunnable run)
    {
        lock (_work)
        {
            if (_stopping) return false;
            _work.Enqueue(run);
            if (_idle > 0) Monitor.Pulse(_work);
            return true;
        }
    }

    /// <summary>As Akka's own threads do: nothing that runs here may end the thread, and with it the process. But it is told.</summary>
    internal void RunToEnd(IRunnable run)
    {
        try
        {
            run.Run();
        }
        catch (Exception failure)
        {
            try
            {
                _failed(run, failure);
            }
            catch (Exception)
            {
                // Whoever should be told throws as well, as a broken logger does: there is nobody left to tell.
            }
        }
    }

    private bool MayRunIn(Turn turn) => turn.Owner is { } owner ? owner == this : _borrows;

    private void Run()
    {
        var turn = Turn.Begin(this);
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

            RunToEnd(next);
            turn.RunNext();
        }
    }
}
