using System.Globalization;
using DLedger.Core;
using DLedger.Node;

namespace DLedger.Simulation;

/// <summary>
/// One seed: a cluster with settings drawn from it, a workload, a set of faults drawn from it; then everything heals, and the cluster must work again within
/// bounded time. Which faults there are at all is drawn too (swarm testing): a run with few kinds of them gets further than one with all.
/// </summary>
internal sealed class SwarmRun
{
    public const string SeedVariable = "DLEDGER_SIM_SEED";

    /// <summary>How many of the last steps a failure shows.</summary>
    public const string TraceVariable = "DLEDGER_SIM_TRACE";

    private static readonly TimeSpan s_faultyTime = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan s_healingTime = TimeSpan.FromSeconds(6);

    private readonly WorldRandom _random;
    private readonly List<(string Name, Action Act)> _faults = [];
    private readonly CrashLoss _loss;
    private readonly bool _hasty;
    private string _settings = "";
    private string _machines = "";

    public SwarmRun(ulong seed)
    {
        var traceSteps = Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 400;
        World = new World(seed, traceSteps) { ReplayHint = $"Replay: {SeedVariable}={seed.ToString(CultureInfo.InvariantCulture)} dotnet test tests/DLedger.Simulation.Tests --filter Swarm" };
        _random = World.Random.Fork("swarm");
        var size = _random.Pick<int>([1, 3, 3, 3, 3, 3, 3, 5, 5, 5]);
        Cluster = new LedgerCluster(World, size, Settings(size));
        Workload = new Workload(Cluster) { Pace = TimeSpan.FromMilliseconds(_random.Pick<int>([2, 8, 20])) };
        // Calm runs reach the states that take long to build up, hasty ones those between two steps.
        _hasty = _random.Chance(0.5);
        _loss = _random.Pick<CrashLoss>([CrashLoss.KeepWritten, CrashLoss.DropUnsynced, CrashLoss.Random]);
        DrawMachines();
        DrawFaults();
    }

    public World World { get; }

    public LedgerCluster Cluster { get; }

    public Workload Workload { get; }

    public string Faults => string.Join(", ", _faults.Select(fault => fault.Name));

    private SimCluster Sim => Cluster.Sim;

    public void Run()
    {
        Sim.StartAll();
        Workload.Start();
        // Most runs let the members meet first: the first start of a group needs them all (SAFETY 7).
        if (_random.Chance(0.85)) World.RunFor(TimeSpan.FromSeconds(1));
        ScheduleFault();
        World.RunUntil(s_faultyTime);
        Heal();
        CheckProgress();
        Workload.Stop();
        // Longer than any client waits.
        World.RunFor(TimeSpan.FromSeconds(4));
        CheckEnd();
    }

    private string Settings(int size)
    {
        List<string> lines = ["append-timeout = 2s"];
        if (_random.Chance(0.3)) lines.Add("batch-bytes-max = 1024");
        if (_random.Chance(0.3)) lines.Add("push-window-batches = 2");
        if (_random.Chance(0.2)) lines.Add("pending-entries-max = 8");
        if (size > 1 && _random.Chance(0.2)) lines.Add("preferred-leaders = [\"n1\", \"n0\"] \n preferred-min-interval = 1s");
        _settings = string.Join(", ", lines);
        return string.Join('\n', lines);
    }

    private void DrawMachines()
    {
        var clocks = _random.Chance(0.5);
        var smallBuffer = _random.Chance(0.2);
        var smallSegments = _random.Chance(0.5);
        var retention = _random.Chance(0.3);
        var slowDisks = _random.Chance(0.3);
        foreach (var id in Sim.Ids)
        {
            var disk = Sim.Disk(id);
            if (clocks) Sim.Node(id).ClockRate = 0.9 + (0.2 * _random.NextDouble());
            if (smallBuffer) disk.UnflushedBytesMax = 2048;
            if (smallSegments) disk.SegmentBytes = 32 << 10;
            if (retention) disk.RetentionBytes = 4000;
            if (slowDisks) disk.SyncMost = TimeSpan.FromMilliseconds(_random.Next(2, 60));
        }

        _machines = $"clocks {clocks}, small buffer {smallBuffer}, small segments {smallSegments}, retention {retention}, slow disks {slowDisks}";
        if (_random.Chance(0.7))
        {
            Sim.Network.Link = new SimLink(
                TimeSpan.FromMilliseconds(0.1),
                TimeSpan.FromMilliseconds(_random.Pick<double>([1, 5, 30, 80])),
                LossRate: _random.Pick<double>([0, 0.01, 0.1, 0.3]),
                DuplicateRate: _random.Pick<double>([0, 0.05, 0.3]),
                Reorders: _random.Chance(0.3));
        }
    }

    private void DrawFaults()
    {
        Offer(0.6, "crash", () => Crash(_random.Pick(Sim.Ids)));
        Offer(0.2, "crash the majority", () =>
        {
            foreach (var id in Some((Sim.Ids.Count / 2) + 1)) Crash(id);
        });
        Offer(0.2, "crash all", () =>
        {
            foreach (var id in Sim.Ids) Crash(id);
        });
        Offer(0.1, "wipe", WipeOne);
        Offer(0.3, "crash the leader", () =>
        {
            if (Cluster.Safety.LatestLeader is { } leader) Crash(leader);
        });
        Offer(0.3, "stop", () => StopCleanly(_random.Pick(Sim.Ids)));
        Offer(0.4, "pause", () => PauseFor(_random.Pick(Sim.Ids)));
        Offer(0.3, "stall a disk", () => StallFor(_random.Pick(Sim.Ids)));
        Offer(0.2, "fail a disk", () => Sim.Disk(_random.Pick(Sim.Ids)).FailNext(Safety.InjectedFault));
        Offer(0.2, "fill a disk", () => FillFor(_random.Pick(Sim.Ids)));
        if (Sim.Ids.Count > 1) DrawFaultsOfMany();
        if (_faults.Count == 0) Offer(1, "crash", () => Crash(_random.Pick(Sim.Ids)));
    }

    private void DrawFaultsOfMany()
    {
        Offer(0.4, "cut off", () => CutFor(() => Sim.Network.CutOff(_random.Pick(Sim.Ids), Sim.Ids)));
        Offer(0.3, "cut off the leader", () => CutFor(() => Sim.Network.CutOff(Cluster.Safety.LatestLeader ?? "n0", Sim.Ids)));
        Offer(0.3, "cut halves", () => CutFor(() =>
        {
            string[] ids = [.. Some(Sim.Ids.Count)];
            Sim.Network.CutHalves(ids[..(ids.Length / 2)], ids[(ids.Length / 2)..]);
        }));
        Offer(0.3, "cut one way", () => CutFor(() =>
        {
            string[] two = [.. Some(2)];
            Sim.Network.CutOneWay(two[0], two[1]);
        }));
        Offer(0.2, "cut to a bridge", () => CutFor(() => Sim.Network.CutToBridge(Sim.Ids, _random.Pick(Sim.Ids))));
        Offer(0.2, "cut to a ring", () => CutFor(() => Sim.Network.CutToMajoritiesRing([.. Some(Sim.Ids.Count)])));
        Offer(0.3, "transfer", () => Workload.Ask(new TransferLeadership(_random.Pick(Sim.Ids)), Cluster.Safety.LatestLeader));
    }

    private void Offer(double chance, string name, Action fault)
    {
        if (_random.Chance(chance)) _faults.Add((name, fault));
    }

    private void ScheduleFault() => World.After(Soon(50, 1500), "fault", () =>
    {
        if (World.Now >= s_faultyTime) return;
        var (name, act) = _random.Pick(_faults);
        World.Trace.Step(World.Now, "fault", name);
        act();
        ScheduleFault();
    });

    private void Crash(string id)
    {
        Sim.Crash(id, _loss);
        After(Soon(1, 2500), "restart", () => Restart(id));
    }

    /// <summary>
    /// One node of a run, once, after all have met: before, a group waits for ever for the member that some have met (SAFETY 7). A group that forgets more than its minority has
    /// lost data, whatever it does.
    /// </summary>
    private void WipeOne()
    {
        if (Sim.Ids.Count < 3 || !Sim.Ids.All(HasMetAll) || Sim.Ids.Any(id => Sim.Disk(id).IsWiped)) return;
        var id = _random.Pick(Sim.Ids);
        Crash(id);
        if (Sim.Disk(id).HasFailed) Sim.Disk(id).Repair();
        Sim.Disk(id).Wipe();
    }

    private bool HasMetAll(string id) =>
        Sim.Disk(id).SavedState(LedgerCluster.Group).Peers.Count(peer => peer.ConfirmedUs) == Sim.Ids.Count - 1;

    private void Restart(string id)
    {
        if (Sim.Node(id).IsUp) return;
        if (Sim.Disk(id).HasFailed) Sim.Disk(id).Repair();
        Sim.Start(id);
    }

    private void StopCleanly(string id)
    {
        if (!Sim.Node(id).IsUp) return;
        var incarnation = Sim.Node(id).Incarnation;
        var client = new AnswerRef(Sim.Node(id).System!, "stopper", _ => After(TimeSpan.FromMilliseconds(1), "stopped", () =>
        {
            // Loses nothing: everything was flushed by the stop.
            if (Sim.Node(id).Incarnation == incarnation) Crash(id);
        }));
        Sim.Node(id).System!.ActorSelection("/user/dledger").Tell(new GroupsActor.StopGroup(LedgerCluster.Group), client);
    }

    private void CutFor(Action cut)
    {
        cut();
        After(Soon(50, 3000), "heal", Sim.Network.Heal);
    }

    private void PauseFor(string id)
    {
        Sim.Node(id).Pause();
        After(Soon(50, 3000), "resume", Sim.Node(id).Resume);
    }

    private void StallFor(string id)
    {
        Sim.Disk(id).Stall(true);
        After(TimeSpan.FromMilliseconds(_random.Next(50, 4000)), "unstall", () => Sim.Disk(id).Stall(false));
    }

    private void FillFor(string id)
    {
        Sim.Disk(id).Fill(true);
        After(TimeSpan.FromMilliseconds(_random.Next(50, 4000)), "space", () => Sim.Disk(id).Fill(false));
    }

    private TimeSpan Soon(int leastMs, int mostMs) =>
        _random.Between(TimeSpan.FromMilliseconds(leastMs), TimeSpan.FromMilliseconds(_hasty ? leastMs + ((mostMs - leastMs) / 5) : mostMs));

    private void After(TimeSpan delay, string label, Action act) => World.After(delay, label, act);

    private IEnumerable<string> Some(int count)
    {
        List<string> ids = [.. Sim.Ids];
        _random.ShuffleInPlace(ids);
        return ids.Take(count);
    }

    private void Heal()
    {
        World.Trace.Step(World.Now, "swarm", "heals");
        Sim.Network.Heal();
        Sim.Network.Link = SimLink.Healthy;
        foreach (var id in Sim.Ids)
        {
            var disk = Sim.Disk(id);
            disk.CancelFailure();
            disk.Stall(false);
            disk.Fill(false);
            disk.SyncMost = TimeSpan.FromMilliseconds(2);
            Sim.Node(id).Resume();
            if (disk.HasFailed) Sim.Crash(id, CrashLoss.DropUnsynced);
            Restart(id);
        }
    }

    /// <summary>An append that is asked for now must commit, and everybody must get everything.</summary>
    private void CheckProgress()
    {
        var deadline = World.Now + s_healingTime;
        Request? probe = null;
        bool Works()
        {
            if (probe?.Answer is AppendResult.Committed) return true;
            if (probe is null || probe.Answer is not null) probe = Workload.Ask(Workload.NextAppend());
            return false;
        }

        // Asks again at each answer; a refusal is answered at once, so not at every step.
        var works = false;
        void Probe() => After(TimeSpan.FromMilliseconds(20), "probe", () =>
        {
            works = Works();
            if (!works) Probe();
        });
        Probe();
        if (!World.RunUntil(() => works, deadline)) throw World.Failure($"No append was committed within {s_healingTime.TotalSeconds} s after everything healed. {Describe()}");
    }

    private void CheckEnd()
    {
        try
        {
            Workload.CheckEnd();
            var last = Cluster.Safety.Committed.Last;
            foreach (var id in Sim.Ids)
            {
                var tail = Sim.Disk(id).TailOf(LedgerCluster.Group);
                Invariant.Holds(tail.Index >= last, $"{id} has not caught up with {last}: {tail}.");
                Cluster.Safety.Committed.Claim(id, last);
            }
        }
        catch (InvariantBrokenException broken)
        {
            throw World.Failure($"{broken.Message} {Describe()}", broken);
        }
    }

    private string Describe() =>
        $"Faults: {Faults}. Settings: {_settings}. Machines: {_machines}. Losses in crashes: {_loss}. Nodes: {string.Join("; ", Sim.Ids.Select(id => $"{id} {(Sim.Node(id).IsUp ? "up" : "down")} {Sim.Disk(id).SavedState(LedgerCluster.Group).Term} {Sim.Disk(id).TailOf(LedgerCluster.Group)}"))}.";
}
