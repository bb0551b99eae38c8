namespace DLedger.Simulation;

/// <summary>Draws what the machines and the network between them are like, for the whole faulty time of a run.</summary>
internal sealed class SwarmMachines
{
    private readonly SimCluster _sim;

    public SwarmMachines(LedgerCluster cluster, SwarmDraw draw)
    {
        _sim = cluster.Sim;
        if (draw.Has("wrong clocks", 0.5, out var clocks))
        {
            foreach (var id in _sim.Ids) _sim.Node(id).ClockRate = 0.9 + (0.2 * clocks.NextDouble());
        }

        DrawDisks(draw);
        DrawNetwork(draw);
    }

    /// <summary>Disks are quick again. Clocks stay as they are: a wrong clock is nothing that heals.</summary>
    public void Heal()
    {
        foreach (var disk in _sim.Ids.Select(_sim.Disk))
        {
            disk.SyncDelay = TimeSpan.Zero;
            disk.SyncLeast = TimeSpan.FromMicroseconds(150);
            disk.SyncMost = disk.SaveMost = TimeSpan.FromMilliseconds(2);
        }
    }

    private void DrawDisks(SwarmDraw draw)
    {
        if (draw.Has("small write buffers", 0.2, out _)) ForAll(disk => disk.UnflushedBytesMax = 2048);
        if (draw.Has("small segments", 0.5, out _)) ForAll(disk => disk.SegmentBytes = 32 << 10);
        if (draw.Has("retention", 0.3, out _)) ForAll(disk => disk.RetentionBytes = 4000);
        if (draw.Has("slow disks", 0.3, out var slow)) ForAll(disk => disk.SyncMost = disk.SaveMost = TimeSpan.FromMilliseconds(slow.Next(2, 60)));
        // A log whose sync takes as long as an election, beside a hard state that is quick, and the other way round.
        if (draw.Has("very slow logs", 0.25, out var logs))
        {
            ForSome(logs, disk =>
            {
                disk.SyncMost = TimeSpan.FromMilliseconds(logs.Next(50, 700));
                disk.SyncDelay = TimeSpan.Zero;
            disk.SyncLeast = disk.SyncMost / 4;
            });
        }

        if (draw.Has("very slow saves", 0.2, out var saves)) ForSome(saves, disk => disk.SaveMost = TimeSpan.FromMilliseconds(saves.Next(50, 900)));
    }

    private void DrawNetwork(SwarmDraw draw)
    {
        var link = SimLink.Healthy;
        if (draw.Has("slow links", 0.4, out var slow))
            link = link with { DelayMost = TimeSpan.FromMilliseconds(slow.Pick<double>([5, 30, 80, 200])) };
        if (draw.Has("lossy links", 0.4, out var lossy)) link = link with { LossRate = lossy.Pick<double>([0.01, 0.05, 0.2]) };
        if (draw.Has("doubling links", 0.3, out var doubling)) link = link with { DuplicateRate = doubling.Pick<double>([0.05, 0.3]) };
        if (draw.Has("reordering links", 0.25, out _)) link = link with { Reorders = true };
        if (draw.Has("echoing links", 0.2, out var echoing)) link = link with { EchoRate = echoing.Pick<double>([0.01, 0.1]) };
        _sim.Network.Link = link;

        // A backlog on the connection for pushes, while votes and heartbeats are quick.
        if (draw.Has("slow pushes", 0.2, out var pushes))
            _sim.Network.SetChannel("bulk", link with { DelayMost = TimeSpan.FromMilliseconds(pushes.Pick<double>([50, 150, 400])) });
        if (_sim.Ids.Count > 1 && draw.Has("slow ways", 0.2, out var ways))
        {
            for (var i = 0; i < _sim.Ids.Count; i++)
            {
                // Some ways between two members, in one direction, take nearly as long as an election.
                var from = ways.Pick(_sim.Ids);
                var to = ways.Pick(_sim.Ids);
                _sim.Network.SetLink(from, to, link with { DelayMost = TimeSpan.FromMilliseconds(ways.Next(100, 500)) });
            }
        }
    }

    private void ForAll(Action<SimDisk> set)
    {
        foreach (var id in _sim.Ids) set(_sim.Disk(id));
    }

    private void ForSome(WorldRandom luck, Action<SimDisk> set)
    {
        foreach (var id in _sim.Ids)
        {
            if (luck.Chance(0.5)) set(_sim.Disk(id));
        }
    }
}
