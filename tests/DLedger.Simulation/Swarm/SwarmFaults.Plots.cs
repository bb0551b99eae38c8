using DLedger.Core;

namespace DLedger.Simulation;

// Faults that wait for their moment: a leader is hit just when a batch is on its own disk and nowhere else, again and again. Blind chance seldom
// meets that moment, and it is where logs part: the batches of a leader that is gone meet those of its successors (Raft, figure 8).
internal sealed partial class SwarmFaults
{
    private readonly Dictionary<string, List<Action>> _ambushes = new(StringComparer.Ordinal);

    private WorldRandom? _nextTruncation;

    private void OfferPlots()
    {
        foreach (var id in Sim.Ids)
        {
            _ambushes.Add(id, []);
            Sim.Disk(id).OnAppend += (_, batch) => Spring(id, batch);
            Sim.Disk(id).OnGaveUp += () => CrashAtTruncation(id);
        }

        // What was given up comes back when the crash takes the truncation, and the process is there again before anybody has noticed.
        Offer("crash at truncation", 0.35, luck => _nextTruncation = luck);

        Offer("crash leader mid-batch", 0.35, luck => AtNextBatch(luck, leader => Crash(leader, luck.Between(Ms(200), Ms(1500)))));
        Offer("strand leader", 0.4, luck => AtNextBatch(luck, leader =>
            CutFor(luck.Between(Ms(300), Ms(2500)), network => CutButFor(network, leader, CompanionOf(leader, luck)))));
        Offer("strand and crash leader", 0.4, luck => AtNextBatch(luck, leader =>
        {
            // Cut off it goes on for a while, so that its disk holds what nobody else has; it is back about when a successor leads.
            var back = luck.Between(Ms(500), Ms(1800));
            CutFor(back, network => CutButFor(network, leader, CompanionOf(leader, luck)));
            var incarnation = Sim.Node(leader).Incarnation;
            World.After(luck.Between(Ms(1), Ms(400)), "crash stranded", () =>
            {
                if (Sim.Node(leader).Incarnation == incarnation) Crash(leader, luck.Between(Ms(100), Ms(1200)));
            });
        }));
        Offer("leader after leader", 0.3, luck =>
        {
            // Each new leader falls soon after its first batches, some times in a row.
            var rounds = luck.Next(2, 6);
            Next();

            void Next()
            {
                if (rounds-- <= 0 || World.Now >= _until) return;
                AtNextBatch(luck, leader =>
                {
                    if (luck.Chance(0.5)) Crash(leader, luck.Between(Ms(100), Ms(900)));
                    else CutFor(luck.Between(Ms(300), Ms(1200)), network => CutButFor(network, leader, CompanionOf(leader, luck)));
                    World.After(luck.Between(Ms(100), Ms(700)), "next leader", Next);
                });
            }
        });
    }

    /// <summary>Hits whoever leads, within moments of its next batch. Nothing happens if there is none for long.</summary>
    private void AtNextBatch(WorldRandom luck, Action<string> hit)
    {
        if (Leader is not { } leader) return;
        var delay = luck.Chance(0.5) ? TimeSpan.Zero : luck.Between(TimeSpan.Zero, Ms(4));
        var armed = true;
        _ambushes[leader].Add(Hit);
        World.After(TimeSpan.FromSeconds(1), "ambush ends", () =>
        {
            armed = false;
            _ambushes[leader].Remove(Hit);
        });

        void Hit()
        {
            if (!armed) return;
            armed = false;
            World.After(delay, "ambush", () =>
            {
                if (World.Now < _until) hit(leader);
            });
        }
    }

    private void Spring(string id, Batch batch)
    {
        if (batch.Count == 0) return;
        foreach (var ambush in _ambushes[id].ToArray()) ambush();
        _ambushes[id].Clear();
    }

    private void CrashAtTruncation(string id)
    {
        if (_nextTruncation is not { } luck) return;
        _nextTruncation = null;
        var loss = luck.Chance(0.7) ? CrashLoss.DropUnsynced : CrashLoss.Random;
        var restart = luck.Chance(0.7) ? luck.Between(Ms(1), Ms(20)) : Soon(luck, 20, 1500);
        World.After(luck.Between(TimeSpan.Zero, Ms(2)), "crash at truncation", () => Crash(id, loss, restart));
    }

    /// <summary>One that still hears a stranded leader, some of the time.</summary>
    private string? CompanionOf(string leader, WorldRandom luck)
    {
        var companion = luck.Pick(Sim.Ids);
        if (!luck.Chance(0.6) || companion == leader) return null;
        // It is to have much on its way to the disk when the next leader comes.
        if (luck.Chance(0.3)) SlowLogFor(companion, luck, luck.Between(Ms(500), Ms(2000)));
        return companion;
    }

    /// <summary>The companion, if there is one, hears both sides: a leader that is gone for the others, and its successor.</summary>
    private void CutButFor(SimNetwork network, string leader, string? companion)
    {
        foreach (var other in Sim.Ids)
        {
            if (other != leader && other != companion) network.CutBetween(leader, other);
        }
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
