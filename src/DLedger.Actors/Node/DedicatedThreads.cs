using Akka.Actor;
using Akka.Dispatch;

namespace DLedger.Node;

/// <summary>
/// Runs actors on threads of its own that sleep when there is nothing to do. Akka's fork-join executor has threads of its own too, but they spin while they wait: with three
/// pools a member took more time from the others by waiting than it used for work.
/// </summary>
/// <remarks>
/// Waking a thread costs more than most messages take. So the first actor that a running one makes ready runs next on the same thread; further ones are for the others. A thread
/// that is not one of these, and brings messages from a socket or from the disk, may lend itself (<see cref="Lend"/>) and then does likewise.
/// </remarks>
internal sealed class DedicatedThreads : ExecutorService
{
    /// <summary>How often in a row a thread takes what it has made ready itself, before it looks what waits for everybody.</summary>
    private const int OwnInARowMax = 8;

    [ThreadStatic]
    private static Turn? s_turn;

    private readonly Queue<IRunnable> _work = new();
    private readonly Thread[] _threads;
    private readonly bool _borrows;
    private readonly Action<IRunnable, Exception> _failed;
    private int _idle;
    private bool _stopping;

    /// <param name="id">Name of the dispatcher, and with a number that of each thread.</param>
    /// <param name="threads">How many.</param>
    /// <param name="borrows">Whether what runs here may run on a lent thread as well: only if it never waits.</param>
    /// <param name="failed">Hears of what came out of a run: an actor's exceptions go to its supervisor, so it is one of Akka's own, or of a logger's.</param>
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

    /// <summary>The first that the calling thread makes ready from here on waits for <see cref="RunReady"/> or <see cref="PassOn"/>, one of which must follow.</summary>
    public static void Lend() => (s_turn ??= new Turn(null)).IsOpen = true;

    /// <summary>Runs on this lent thread what it has made ready, and what that makes ready, for a while. How many it was.</summary>
    public static int RunReady()
    {
        if (s_turn is not { Owner: null } turn) return 0;
        var ran = turn.RunNext();
        turn.IsOpen = false;
        return ran;
    }

    /// <summary>This lent thread has other things to do: what it has made ready is for the others.</summary>
    public static void PassOn()
    {
        if (s_turn is not { Owner: null } turn) return;
        turn.IsOpen = false;
        // Refused only once no actor is left there: then this one is gone too.
        if (turn.NextIsOf is { } owner) _ = owner.TryEnqueue(turn.TakeNext());
    }

    public override void Execute(IRunnable run)
    {
        if (s_turn is { } turn && MayRunIn(turn, run) && turn.TryTake(run, this)) return;
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

    /// <summary>A node root may wait for the store when it stops, so it stays off threads that the store may need.</summary>
    private bool MayRunIn(Turn turn, IRunnable run) => turn.Owner is { } owner ? owner == this : _borrows && run is not Mailbox { MessageQueue: NodeMessageQueue };

    private bool TryEnqueue(IRunnable run)
    {
        lock (_work)
        {
            if (_stopping) return false;
            _work.Enqueue(run);
            if (_idle > 0) Monitor.Pulse(_work);
            return true;
        }
    }

    private void Run()
    {
        var turn = s_turn = new Turn(this);
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

    /// <summary>As Akka's own threads do: nothing that runs here may end the thread, and with it the process. But it is told.</summary>
    private void RunToEnd(IRunnable run)
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

    /// <summary>What one thread runs in a row. Used by that thread alone.</summary>
    /// <param name="owner">Whose thread it is; null for a lent one.</param>
    private sealed class Turn(DedicatedThreads? owner)
    {
        private IRunnable? _next;
        private int _inARow;

        public DedicatedThreads? Owner => owner;

        /// <summary>Whether it takes anything. A thread of ours always does, a lent one while it is lent.</summary>
        public bool IsOpen { get; set; } = owner is not null;

        /// <summary>Where the next one belongs; null if there is none.</summary>
        public DedicatedThreads? NextIsOf { get; private set; }

        public bool TryTake(IRunnable run, DedicatedThreads from)
        {
            if (!IsOpen || _next is not null || _inARow >= OwnInARowMax) return false;
            (_next, NextIsOf) = (run, from);
            return true;
        }

        public IRunnable TakeNext()
        {
            var next = _next!;
            (_next, NextIsOf) = (null, null);
            return next;
        }

        public int RunNext()
        {
            while (_next is not null)
            {
                _inARow++;
                var of = NextIsOf!;
                of.RunToEnd(TakeNext());
            }

            var ran = _inARow;
            _inARow = 0;
            return ran;
        }
    }
}
