using System.Globalization;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// One seed: a cluster with settings and machines drawn from it, a workload, a set of faults drawn from it; then everything heals, and the cluster
/// must work again within bounded time. Which faults there are at all is drawn too (swarm testing): a run with few kinds of them gets further than
/// one with all.
/// </summary>
internal sealed class SwarmRun
{
    public const string SeedVariable = "DLEDGER_SIM_SEED";

    /// <summary>How many of the last steps a failure shows.</summary>
    public const string TraceVariable = "DLEDGER_SIM_TRACE";

    /// <summary>Of every run this much at its end is free of faults.</summary>
    public static readonly TimeSpan WellTime = TimeSpan.FromSeconds(6);

    /// <summary>In which the group must make progress again after everything has healed.</summary>
    private static readonly TimeSpan s_healingMost = TimeSpan.FromSeconds(6);

    /// <summary>Longer than any client waits.</summary>
    private static readonly TimeSpan s_lastAnswers = TimeSpan.FromSeconds(4);

    /// <summary>
    /// In which a healthy member that is behind gets at least one window of batches: two ways there and back, and two syncs, with some to spare.
    /// </summary>
    private static readonly TimeSpan s_windowMost = TimeSpan.FromMilliseconds(10);

    private static readonly int[] s_sizes = [1, 3, 3, 3, 3, 5, 5, 5, 7];

    private readonly SwarmOptions _options;
    private readonly SwarmMachines _machines;
    private readonly SwarmFaults _faults;
    private readonly string _settings;

    public SwarmRun(ulong seed)
        : this(new SwarmOptions(seed))
    {
    }

    public SwarmRun(SwarmOptions options)
    {
        _options = options;
        var traceSteps = Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : 400;
        World = new World(options.Seed, traceSteps) { ReplayHint = $"Replay: {options.ReplayCommand}" };
        Draw = new SwarmDraw(World, options.Without);
        var size = options.Nodes ?? World.StreamOf("size").Pick(s_sizes);
        _settings = SwarmSettings.Draw(Draw, size);
        Cluster = new LedgerCluster(World, size, _settings);
        Workload = new Workload(Cluster) { Pace = TimeSpan.FromMilliseconds(World.StreamOf("pace").Pick<int>([2, 8, 20])) };
        if (Draw.Has("idle spells", 0.4, out var idle)) LetClientsRest(idle);
        _machines = new SwarmMachines(Cluster, Draw);
        if (Draw.Has("state machines", 0.5, out var machines)) Cluster.RunStateMachines(durable: machines.Chance(0.5));
        _faults = new SwarmFaults(this, Draw);
    }

    public World World { get; }

    public LedgerCluster Cluster { get; }

    public Workload Workload { get; }

    public SwarmDraw Draw { get; }

    private SimCluster Sim => Cluster.Sim;

    public void Run()
    {
        _options.Meddle?.Invoke(this);
        Sim.StartAll();
        Workload.Start();
        new Observer(Cluster).Start();
        // Most runs let the members meet first: the first start of a group needs them all (SAFETY 7).
        var faultsFrom = World.StreamOf("meeting").Chance(0.85) ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        _faults.Schedule(faultsFrom, _options.Length - WellTime);
        World.RunUntil(_options.Length - WellTime);
        Heal();
        CheckProgress();
        Workload.Stop();
        World.RunFor(s_lastAnswers);
        if (World.Now < _options.Length) World.RunUntil(_options.Length);
        CatchUp();
        CheckEnd();
    }

    /// <summary>What the run contained.</summary>
    public Tally Count()
    {
        var tally = new Tally();
        _faults.CountInto(tally);
        tally.Add(Tally.Elections, Cluster.Safety.LeadersSeen);
        tally.Add(Tally.DisputedElections, Cluster.Safety.Campaigns.Disputed);
        tally.Add(Tally.Crashes, Sim.Crashes);
        tally.Add(Tally.Restarts, Sim.Restarts);
        foreach (var disk in Sim.Ids.Select(Sim.Disk))
        {
            tally.Add(Tally.Truncations, disk.Truncations);
            tally.Add(Tally.LostWrites, disk.LostWrites);
            tally.Add(Tally.TornWrites, disk.TornWrites);
        }

        tally.Add(Tally.LostMessages, Sim.Network.Lost);
        tally.Add(Tally.Commits, Cluster.Safety.Committed.Last.Value);
        tally.Add(Tally.Acked, Workload.Acked);
        tally.Add(Tally.Unknown, Workload.Unknown);
        tally.Add(Tally.Rejected, Workload.Rejected);
        tally.Add(Tally.Reads, Workload.Reads);
        return tally;
    }

    private void LetClientsRest(WorldRandom luck)
    {
        var busy = luck.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(3)).Ticks;
        var idle = luck.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(2)).Ticks;
        Workload.IsIdle = () => World.Now.Ticks % (busy + idle) > busy;
    }

    private void Heal()
    {
        World.Trace.Step(World.Now, "swarm", "heals");
        Sim.Network.Heal();
        Sim.Network.ForgetLinks();
        Sim.Network.Link = SimLink.Healthy;
        _machines.Heal();
        foreach (var id in Sim.Ids)
        {
            var disk = Sim.Disk(id);
            disk.CancelFailure();
            disk.Stall(false);
            disk.Fill(false);
            Sim.Node(id).Resume();
            if (disk.HasFailed) Sim.Crash(id, CrashLoss.DropUnsynced);
            _faults.Restart(id);
        }
    }

    /// <summary>An append that is asked for now must commit.</summary>
    private void CheckProgress()
    {
        var deadline = World.Now + s_healingMost;
        Request? probe = null;
        var works = false;
        Probe();
        if (!World.RunUntil(() => works, deadline))
            throw World.Failure($"No append was committed within {s_healingMost.TotalSeconds} s after everything healed. {Describe()}");

        // Asks again at each answer; a refusal is answered at once, so not at every step. A member that was stopping when all healed may be gone
        // without one.
        void Probe() => World.After(TimeSpan.FromMilliseconds(20), "probe", () =>
        {
            works = probe?.Answer is AppendResult.Committed or AppendResult.Applied;
            if (works) return;
            if (probe is null || probe.Answer is not null || Sim.Node(probe.Node).Incarnation != probe.Incarnation)
                probe = Workload.Ask(Workload.NextAppend());
            Probe();
        });
    }

    /// <summary>
    /// Who was far behind and gets few batches at a time may need longer than the clients' last answers: as many windows as it lacks, and no more.
    /// One that is stuck fails <see cref="CheckEnd"/> all the same.
    /// </summary>
    private void CatchUp()
    {
        var lag = Sim.Ids.Max(Lag);
        if (lag == 0) return;
        var windows = 1 + (lag / Cluster.SettingsOf(Sim.Ids[0]).PushWindowBatches);
        World.RunUntil(() => Sim.Ids.All(id => Lag(id) == 0), World.Now + (windows * s_windowMost));
    }

    private long Lag(string id) => Math.Max(0, Cluster.Safety.Committed.Last.Value - Sim.Disk(id).TailOf(LedgerCluster.Group).Index.Value);

    /// <summary>Everybody has everything, and every client its answer.</summary>
    private void CheckEnd()
    {
        try
        {
            Workload.CheckEnd();
            Cluster.Safety.Replicas?.CheckEnd();
            var last = Cluster.Safety.Committed.Last;
            foreach (var id in Sim.Ids)
            {
                var tail = Sim.Disk(id).TailOf(LedgerCluster.Group);
                Invariant.Holds(tail.Index >= last, $"A member has not caught up: {id} with {last}: {tail}.");
                Cluster.Safety.Committed.Claim(id, last);
            }
        }
        catch (InvariantBrokenException broken)
        {
            throw World.Failure($"{broken.Message} {Describe()}", broken);
        }
    }

    private string Describe() =>
        $"Drawn: {string.Join(", ", Draw.Drawn)}. Settings: {_settings.ReplaceLineEndings(", ")}. Nodes: "
        + $"{string.Join("; ", Sim.Ids.Select(DescribeNode))}.";

    private string DescribeNode(string id) =>
        $"{id} {(Sim.Node(id).IsUp ? "up" : "down")} {Sim.Disk(id).SavedState(LedgerCluster.Group).Term} {Sim.Disk(id).TailOf(LedgerCluster.Group)}";
}
