namespace DLedger.Simulation.Tests;

public sealed class WaitingReadsTests
{
    /// <summary>Found by seed 10008 of 60 s: such a read waited as long as the backlog took, and nothing limited how many did.</summary>
    [Fact]
    public void A_linearizable_read_of_a_leader_that_cannot_commit_is_answered_in_time()
    {
        var world = new World(1);
        var cluster = new LedgerCluster(world, 3, "append-timeout = 2s");
        var workload = new Workload(cluster);
        cluster.Sim.StartAll();
        workload.Start();
        Assert.True(world.RunUntil(() => workload.Acked > 10, TimeSpan.FromSeconds(10)));
        workload.Stop();
        var old = cluster.Safety.LatestLeader!;
        string[] others = [.. cluster.Sim.Ids.Where(id => id != old)];
        // It votes and answers, but its log takes a minute to sync: the other one leads, and commits nothing.
        cluster.Sim.Disk(others[0]).SyncDelay = TimeSpan.FromMinutes(1);
        cluster.Sim.Crash(old, CrashLoss.KeepWritten);
        Assert.True(world.RunUntil(() => cluster.Safety.LatestLeader == others[1], TimeSpan.FromSeconds(20)));
        world.RunFor(TimeSpan.FromSeconds(1));

        var read = workload.Ask(new Read(0), others[1])!;
        world.RunFor(TimeSpan.FromSeconds(1.5));
        Assert.Null(read.Answer);
        world.RunFor(TimeSpan.FromSeconds(1));
        var answer = Assert.IsType<ReadResult.Rejected>(read.Answer);
        Assert.Equal(RejectReason.Busy, answer.Reason);
        Assert.Equal(others[1], cluster.Safety.LatestLeader);
    }
}
