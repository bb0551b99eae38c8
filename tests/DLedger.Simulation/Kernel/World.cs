using System.Globalization;

namespace DLedger.Simulation;

/// <summary>
/// Everything that a run consists of, on one thread: a seeded source of chance, a clock that moves only when the world says so, the mailboxes
/// that have work, the timers. Real actor systems run inside; the same seed gives the same run, in this process and in any other.
/// <code>
///   step:  a timer is due?         -> it happens
///          a mailbox has work?     -> one of them, by chance, handles one message
///          neither?                -> the clock jumps to the next timer
/// </code>
/// </summary>
internal sealed class World
{
    /// <summary>Handling a message takes time, so that a message storm shows as a late clock and not as a hang.</summary>
    private static readonly TimeSpan s_stepCost = TimeSpan.FromMicroseconds(2);

    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private readonly List<ReadyWork> _ready = [];
    private readonly PriorityQueue<WorldTimer, (long Due, long Sequence)> _timers = new();
    private readonly SortedDictionary<string, SimNode> _nodes = new(StringComparer.Ordinal);
    private readonly WorldRandom _choices;
    private long _timerSequence;
    private string? _offThreadWork;
    private int _offThreadCount;

    /// <param name="traceSteps">How many of the last steps a failure shows.</param>
    public World(ulong seed, int traceSteps = 400)
    {
        Seed = seed;
        Trace = new Trace(traceSteps);
        Random = new WorldRandom(seed);
        _choices = Random.Fork("choices");
    }

    public ulong Seed { get; }

    /// <summary>For the parts of the world; each forks its own stream.</summary>
    public WorldRandom Random { get; }

    /// <summary>A stream of chance by name alone: who else draws, and whether anybody does, makes no difference to it.</summary>
    public WorldRandom StreamOf(string name) => new(StableHash.Mix(StableHash.Of(name), Seed));

    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    public Trace Trace { get; }

    /// <summary>By the nodes' actor systems, together.</summary>
    public long ErrorsLogged { get; internal set; }

    /// <summary>How often work was seen on a thread that is not the world's. Any at all fails the run.</summary>
    public int OffThreadCount => Volatile.Read(ref _offThreadCount);

    /// <summary>By id, in order.</summary>
    public IEnumerable<SimNode> Nodes => _nodes.Values;

    /// <summary>Called after every step: where invariants are checked.</summary>
    public Action? AfterStep { get; set; }

    /// <summary>How a failed run says that it can be had again.</summary>
    public string ReplayHint { get; set; } = "";

    public SimNode AddNode(string id)
    {
        var node = new SimNode(this, id);
        _nodes.Add(id, node);
        return node;
    }

    public SimNode Node(string id) => _nodes[id];

    /// <summary>Lets something happen after a time, whatever becomes of the nodes.</summary>
    public WorldTimer After(TimeSpan delay, string label, Action happen)
    {
        CheckThread(label);
        var due = Now + (delay < TimeSpan.Zero ? TimeSpan.Zero : delay);
        var timer = new WorldTimer(due, label, happen);
        _timers.Enqueue(timer, (due.Ticks, _timerSequence++));
        return timer;
    }

    /// <summary>Runs until the clock shows <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end, long stepsMax = 20_000_000)
    {
        var reached = false;
        After(end - Now, "end of run", () => reached = true);
        if (!RunUntil(() => reached, stepsMax)) throw Failure($"The world did not get to {end} within {stepsMax} steps.");
    }

    public void RunFor(TimeSpan time, long stepsMax = 20_000_000) => RunUntil(Now + time, stepsMax);

    /// <summary>Runs until the condition holds, looked at after each step; false if nothing is left to do or the steps are used up.</summary>
    public bool RunUntil(Func<bool> condition, long stepsMax)
    {
        for (long i = 0; i < stepsMax; i++)
        {
            if (condition()) return true;
            if (!Step()) return condition();
        }

        return condition();
    }

    /// <summary>Runs until the condition holds; false if the clock gets to <paramref name="deadline"/> first.</summary>
    public bool RunUntil(Func<bool> condition, TimeSpan deadline, long stepsMax = 20_000_000)
    {
        var late = false;
        var timer = After(deadline - Now, "deadline", () => late = true);
        RunUntil(() => late || condition(), stepsMax);
        timer.Cancel();
        return condition();
    }

    /// <summary>One timer or one message; false if there is nothing left.</summary>
    public bool Step()
    {
        CheckThread("step");
        if (!StepOnce()) return false;
        Steps++;
        if (OffThreadCount > 0)
            throw Failure(
                $"{OffThreadCount} times work ran off the world's thread, first: {Volatile.Read(ref _offThreadWork)}. Such a run cannot be "
                + $"repeated.");
        try
        {
            AfterStep?.Invoke();
        }
        catch (Exception error) when (error is not SimulationFailedException)
        {
            throw Failure(error.Message, error);
        }

        return true;
    }

    /// <summary>A failure that names the seed and shows the last steps.</summary>
    public SimulationFailedException Failure(string what, Exception? cause = null)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}\nSeed {Seed}, step {Steps}, virtual time {Now.TotalMilliseconds:0.000} ms. {ReplayHint}\nLast steps:\n{Trace.LastSteps()}");
        return new SimulationFailedException(what, text, cause);
    }

    /// <summary>Notes work that came from a foreign thread; true when it is the world's own.</summary>
    internal bool IsOwnThread(string what)
    {
        if (Environment.CurrentManagedThreadId == _threadId) return true;
        Interlocked.CompareExchange(ref _offThreadWork, what, null);
        Interlocked.Increment(ref _offThreadCount);
        return false;
    }

    internal void Enqueue(ReadyWork work)
    {
        // Sorted, so that the choice does not depend on the order in which an actor's hash tables hold its children.
        int low = 0, high = _ready.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Compare(_ready[middle], work) <= 0) low = middle + 1;
            else high = middle;
        }

        _ready.Insert(low, work);
    }

    internal void Forget(SimNode node) => _ready.RemoveAll(work => work.Node == node);

    private void CheckThread(string what)
    {
        if (!IsOwnThread(what)) throw Failure($"{what} was called off the world's thread.");
    }

    private bool StepOnce()
    {
        while (_timers.TryPeek(out var next, out _))
        {
            if (next.IsCancelled)
            {
                _timers.Dequeue();
                continue;
            }

            if (next.Due > Now && TryRunReady()) return true;
            _timers.Dequeue();
            if (next.Due > Now) Now = next.Due;
            Trace.Step(Now, "timer", next.Label);
            Run(next.Happen);
            return true;
        }

        return TryRunReady();
    }

    private bool TryRunReady()
    {
        var runnable = 0;
        foreach (var work in _ready)
        {
            if (!work.Node.IsPaused) runnable++;
        }

        if (runnable == 0) return false;
        var chosen = _choices.Next(runnable);
        for (var i = 0; i < _ready.Count; i++)
        {
            if (_ready[i].Node.IsPaused || chosen-- > 0) continue;
            var work = _ready[i];
            _ready.RemoveAt(i);
            Now += s_stepCost;
            work.Queue?.AllowOne();
            Run(work.Run.Run);
            if (work.Queue is not { HasTaken: true }) Trace.Step(Now, work.Path, "system message");
            return true;
        }

        return false;
    }

    private void Run(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is not SimulationFailedException)
        {
            throw Failure(error.ToString(), error);
        }
    }

    private static int Compare(ReadyWork left, ReadyWork right) => string.CompareOrdinal(left.Path, right.Path);
}
