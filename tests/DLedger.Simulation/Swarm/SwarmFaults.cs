using DLedger.Node;

namespace DLedger.Simulation;

/// <summary>
/// Draws which kinds of faults a run has and lets them happen. Each kind has a chance and a schedule of its own, whatever the others do.
/// </summary>
internal sealed partial class SwarmFaults
{
    /// <summary>The time between two faults of one kind, about.</summary>
    private static readonly int[] s_intervalsMs = [800, 2000, 4000, 8000];

    private readonly SwarmRun _run;
    private readonly SwarmDraw _draw;
    private readonly CrashLoss _loss;
    private readonly List<Kind> _kinds = [];
    private readonly Tally _tally = new();
    private readonly TimeSpan _calmEvery = TimeSpan.MaxValue;
    private readonly TimeSpan _calmFor;
    private TimeSpan _until;

    public SwarmFaults(SwarmRun run, SwarmDraw draw)
    {
        _run = run;
        _draw = draw;
        _loss = World.StreamOf("losses").Pick<CrashLoss>([CrashLoss.KeepWritten, CrashLoss.DropUnsynced, CrashLoss.Random]);
        if (draw.Has("calm spells", 0.4, out var calm))
        {
            _calmEvery = calm.Between(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(8));
            _calmFor = calm.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        }

        OfferProcesses();
        OfferDisks();
        if (Sim.Ids.Count > 1) OfferNetwork();
        if (Sim.Ids.Count > 1) OfferPlots();
    }

    private World World => _run.World;

    private SimCluster Sim => _run.Cluster.Sim;

    private string? Leader => _run.Cluster.Safety.LatestLeader;

    public void Schedule(TimeSpan from, TimeSpan until)
    {
        _until = until;
        foreach (var kind in _kinds) World.After(from + kind.Next(), "fault", () => Happen(kind));
    }

    public void CountInto(Tally tally)
    {
        foreach (var (name, count) in _tally.Counts) tally.Add(name, count);
    }

    /// <summary>Starts a member that is down, on a disk that works.</summary>
    public void Restart(string id)
    {
        if (Sim.Node(id).IsUp) return;
        if (Sim.Disk(id).HasFailed) Sim.Disk(id).Repair();
        Sim.Start(id);
    }

    private void Happen(Kind kind)
    {
        if (World.Now >= _until) return;
        if (!IsCalm)
        {
            World.Trace.Step(World.Now, "fault", kind.Name);
            kind.Act(kind.Luck);
        }

        World.After(kind.Next(), "fault", () => Happen(kind));
    }

    /// <summary>Spells without new faults let a group build up what the next ones take apart.</summary>
    private bool IsCalm => _calmFor > TimeSpan.Zero && World.Now.Ticks % (_calmEvery + _calmFor).Ticks >= _calmEvery.Ticks;

    private void Offer(string name, double chance, Action<WorldRandom> act)
    {
        if (_draw.Has(name, chance, out var luck)) _kinds.Add(new Kind(name, luck, TimeSpan.FromMilliseconds(luck.Pick(s_intervalsMs)), act));
    }

    private void OfferProcesses()
    {
        Offer("crash", 0.5, luck => Crash(luck.Pick(Sim.Ids), Soon(luck, 1, 2500)));
        Offer("crash majority", 0.15, luck =>
        {
            foreach (var id in Some(luck, (Sim.Ids.Count / 2) + 1)) Crash(id, Soon(luck, 1, 2500));
        });
        Offer("crash all", 0.15, luck =>
        {
            foreach (var id in Sim.Ids) Crash(id, Soon(luck, 1, 2500));
        });
        Offer("crash leader", 0.3, luck =>
        {
            if (Leader is { } leader) Crash(leader, Soon(luck, 1, 2500));
        });
        Offer("wipe", 0.1, WipeOne);
        Offer("stop", 0.25, luck => StopCleanly(luck.Pick(Sim.Ids), Soon(luck, 1, 2500)));
        Offer("pause", 0.35, luck => PauseFor(luck.Pick(Sim.Ids), Soon(luck, 50, 3000)));
        Offer("pause leader", 0.2, luck =>
        {
            if (Leader is { } leader) PauseFor(leader, Soon(luck, 50, 3000));
        });
    }

    private void OfferDisks()
    {
        Offer("stall disk", 0.25, luck => StallFor(luck.Pick(Sim.Ids), Soon(luck, 50, 4000)));
        Offer("slow log", 0.3, luck => SlowLogFor(luck.Pick(Sim.Ids), luck, Soon(luck, 200, 4000)));
        Offer("fail disk", 0.2, luck =>
        {
            _tally.Add(Tally.FailedDisks);
            var id = luck.Pick(Sim.Ids);
            Sim.Disk(id).FailNext(Safety.InjectedFault);
            // Whoever runs it gives it a new disk some time, or the group is never whole again.
            World.After(Soon(luck, 500, 5000), "repair", () =>
            {
                if (Sim.Disk(id).HasFailed) Crash(id, TimeSpan.FromMilliseconds(1));
            });
        });
        Offer("fill disk", 0.2, luck => FillFor(luck.Pick(Sim.Ids), Soon(luck, 50, 4000)));
    }

    private void OfferNetwork()
    {
        Offer("cut off", 0.3, luck =>
        {
            var id = luck.Pick(Sim.Ids);
            CutFor(Soon(luck, 50, 3000), network => network.CutOff(id, Sim.Ids));
        });
        Offer("cut off leader", 0.3, luck => CutFor(Soon(luck, 50, 3000), network => network.CutOff(Leader ?? Sim.Ids[0], Sim.Ids)));
        Offer("cut halves", 0.25, luck =>
        {
            string[] ids = [.. Some(luck, Sim.Ids.Count)];
            CutFor(Soon(luck, 50, 3000), network => network.CutHalves(ids[..(ids.Length / 2)], ids[(ids.Length / 2)..]));
        });
        Offer("cut one way", 0.3, luck =>
        {
            string[] two = [.. Some(luck, 2)];
            CutFor(Soon(luck, 50, 3000), network => network.CutOneWay(two[0], two[1]));
        });
        Offer("cut to bridge", 0.2, luck =>
        {
            var bridge = luck.Pick(Sim.Ids);
            CutFor(Soon(luck, 50, 3000), network => network.CutToBridge(Sim.Ids, bridge));
        });
        Offer("cut to ring", 0.2, luck =>
        {
            string[] ring = [.. Some(luck, Sim.Ids.Count)];
            CutFor(Soon(luck, 50, 3000), network => network.CutToMajoritiesRing(ring));
        });
        Offer("transfer", 0.25, luck =>
        {
            _tally.Add(Tally.Transfers);
            _run.Workload.Ask(new TransferLeadership(luck.Pick(Sim.Ids)), Leader);
        });
    }

    private void Crash(string id, TimeSpan restartAfter) => Crash(id, _loss, restartAfter);

    private void Crash(string id, CrashLoss loss, TimeSpan restartAfter)
    {
        // What was set off before everything healed may come due behind that.
        if (World.Now < _until) End(id, loss, restartAfter);
    }

    private void End(string id, CrashLoss loss, TimeSpan restartAfter)
    {
        Sim.Crash(id, loss);
        World.After(restartAfter, "restart", () => Restart(id));
    }

    /// <summary>
    /// One node of a run, once, after all have met: before, a group waits for ever for the member that some have met (SAFETY 7). A group that forgets
    /// more than its minority has lost data, whatever it does.
    /// </summary>
    private void WipeOne(WorldRandom luck)
    {
        var id = luck.Pick(Sim.Ids);
        if (Sim.Ids.Count < 3 || !Sim.Ids.All(HasMetAll) || Sim.Ids.Any(other => Sim.Disk(other).IsWiped)) return;
        _tally.Add(Tally.Wipes);
        Crash(id, Soon(luck, 1, 2500));
        if (Sim.Disk(id).HasFailed) Sim.Disk(id).Repair();
        Sim.Disk(id).Wipe();
    }

    private bool HasMetAll(string id) =>
        Sim.Disk(id).SavedState(LedgerCluster.Group).Peers.Count(peer => peer.ConfirmedUs) == Sim.Ids.Count - 1;

    private void StopCleanly(string id, TimeSpan restartAfter)
    {
        var node = Sim.Node(id);
        if (!node.IsUp) return;
        _tally.Add(Tally.CleanStops);
        var incarnation = node.Incarnation;
        var client = new AnswerRef(node.System!, "stopper", _ => World.After(TimeSpan.FromMilliseconds(1), "stopped", () =>
        {
            // Loses nothing: everything was flushed by the stop.
            if (node.Incarnation == incarnation) End(id, CrashLoss.KeepWritten, restartAfter);
        }));
        node.System!.ActorSelection("/user/dledger").Tell(new GroupsActor.StopGroup(LedgerCluster.Group), client);
    }

    private void PauseFor(string id, TimeSpan time)
    {
        if (!Sim.Node(id).IsUp || Sim.Node(id).IsPaused) return;
        _tally.Add(Tally.Pauses);
        Sim.Node(id).Pause();
        World.After(time, "resume", Sim.Node(id).Resume);
    }

    private void StallFor(string id, TimeSpan time)
    {
        _tally.Add(Tally.StalledDisks);
        Sim.Disk(id).Stall(true);
        World.After(time, "unstall", () => Sim.Disk(id).Stall(false));
    }

    private void SlowLogFor(string id, WorldRandom luck, TimeSpan time)
    {
        _tally.Add(Tally.SlowLogs);
        Sim.Disk(id).SyncDelay = luck.Between(Ms(50), Ms(800));
        World.After(time, "quick again", () => Sim.Disk(id).SyncDelay = TimeSpan.Zero);
    }

    private void FillFor(string id, TimeSpan time)
    {
        _tally.Add(Tally.FullDisks);
        Sim.Disk(id).Fill(true);
        World.After(time, "space", () => Sim.Disk(id).Fill(false));
    }

    private void CutFor(TimeSpan time, Action<SimNetwork> shape)
    {
        if (World.Now >= _until) return;
        _tally.Add(Tally.Cuts);
        World.After(time, "mend", Sim.Network.Cut(shape));
    }

    /// <summary>Short times and long ones alike: half of the time a fifth of the most.</summary>
    private static TimeSpan Soon(WorldRandom luck, int leastMs, int mostMs)
    {
        var most = luck.Chance(0.5) ? leastMs + ((mostMs - leastMs) / 5) : mostMs;
        return luck.Between(TimeSpan.FromMilliseconds(leastMs), TimeSpan.FromMilliseconds(most));
    }

    private IEnumerable<string> Some(WorldRandom luck, int count)
    {
        List<string> ids = [.. Sim.Ids];
        luck.ShuffleInPlace(ids);
        return ids.Take(count);
    }

    /// <summary>A kind of fault that this run has.</summary>
    private sealed record Kind(string Name, WorldRandom Luck, TimeSpan Interval, Action<WorldRandom> Act)
    {
        public TimeSpan Next() => Luck.Between(Interval * 0.3, Interval * 1.7);
    }
}
