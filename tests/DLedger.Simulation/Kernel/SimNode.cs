using Akka.Actor;
using Akka.Dispatch;

namespace DLedger.Simulation;

/// <summary>
/// One machine's process: runs an actor system, can be paused, killed and started again, has a clock of its own that may go wrong.
/// What it keeps over a crash is its disk, which belongs to the machine and is held elsewhere.
/// </summary>
internal sealed class SimNode
{
    private readonly World _world;
    private readonly List<(string Label, Action Happen)> _late = [];
    private TimeSpan _rateSetAt;
    private TimeSpan _clockAtRateSet;
    private double _clockRate = 1;

    internal SimNode(World world, string id)
    {
        _world = world;
        Id = id;
        Random = world.Random.Fork(id);
    }

    public World World => _world;

    public string Id { get; }

    /// <summary>For the node's own code.</summary>
    public WorldRandom Random { get; }

    /// <summary>Null while the node is down.</summary>
    public ActorSystem? System { get; private set; }

    public bool IsUp => System is not null;

    /// <summary>Counts the starts: what belongs to an earlier one never happens.</summary>
    public long Incarnation { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>When the last pause ended.</summary>
    public TimeSpan ResumedAt { get; private set; }

    /// <summary>How many seconds this node's clock counts in one second of the world.</summary>
    public double ClockRate
    {
        get => _clockRate;
        set
        {
            _clockAtRateSet = Clock;
            _rateSetAt = _world.Now;
            _clockRate = value;
        }
    }

    /// <summary>The node's own monotonic clock. Goes on while the process is paused.</summary>
    public TimeSpan Clock => _clockAtRateSet + ((_world.Now - _rateSetAt) * _clockRate);

    /// <summary>Messages of the log that say what went wrong, since the node was made.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Starts an empty actor system whose time, threads and luck are the world's.</summary>
    public ActorSystem Start(string systemName, string hocon = "")
    {
        if (IsUp) throw new InvalidOperationException($"{Id} is already up.");
        Incarnation++;
        System = WorldSystem.Create(this, systemName, hocon);
        return System;
    }

    /// <summary>
    /// The process is gone between two steps: nothing of it runs any more, nobody is told. Mailboxes, timers, callbacks under way are dropped.
    /// </summary>
    public void Kill()
    {
        System = null;
        IsPaused = false;
        Incarnation++;
        _late.Clear();
        _world.Forget(this);
        _world.Trace.Step(_world.Now, Id, "killed");
    }

    /// <summary>Stops the process without its knowing (SIGSTOP): no mailbox is picked, what comes due waits.</summary>
    public void Pause()
    {
        if (!IsUp) return;
        IsPaused = true;
        _world.Trace.Step(_world.Now, Id, "paused");
    }

    public void Resume()
    {
        if (!IsPaused) return;
        IsPaused = false;
        ResumedAt = _world.Now;
        _world.Trace.Step(_world.Now, Id, "resumed");
        foreach (var (label, happen) in _late) _world.After(TimeSpan.Zero, label, happen);
        _late.Clear();
    }

    /// <summary>
    /// Lets something happen in this process after a time of the world: late if the process is paused then, never if it is killed before.
    /// </summary>
    public WorldTimer After(TimeSpan delay, string label, Action happen)
    {
        var incarnation = Incarnation;
        return _world.After(delay, label, () => HappenIn(incarnation, label, happen));
    }

    /// <summary>The same by the node's own clock.</summary>
    public WorldTimer AfterOnOwnClock(TimeSpan delay, string label, Action happen) => After(delay / _clockRate, label, happen);

    /// <summary>Lets something happen in this process: now, or when its pause ends; never if it is down or killed before.</summary>
    internal void HappenNow(string label, Action happen)
    {
        if (IsUp) HappenIn(Incarnation, label, happen);
    }

    internal void Enqueue(long incarnation, string path, IRunnable run, WorldMessageQueue? queue)
    {
        // A killed actor system may still be told things by those who hold its references; it never runs again.
        if (incarnation == Incarnation) _world.Enqueue(new ReadyWork(this, path, run, queue));
    }

    private void HappenIn(long incarnation, string label, Action happen)
    {
        if (incarnation != Incarnation) return;
        if (IsPaused) _late.Add((label, () => HappenIn(incarnation, label, happen)));
        else happen();
    }
}
