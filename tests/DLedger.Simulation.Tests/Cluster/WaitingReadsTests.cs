namespace DLedger.Simulation.Tests;

public sealed class WaitingReadsTests
{
    /// <summary>Found by seed 10008 of 60 s: such a read waited as long as the backlog took, and nothing limited how many did.</summary>
    [Fact]
    public void A_linearizable_read_of_a_leader_that_cannot_commit_is_answered_in_time()
    {
        var (world, cluster, workload, leader) = LeaderThatCannotCommit("append-timeout = 2s");
        var read = workload.Ask(new Read(0), leader)!;
        world.RunFor(TimeSpan.FromSeconds(1.5));
        Assert.Null(read.Answer);
        world.RunFor(TimeSpan.FromSeconds(1));
        var answer = Assert.IsType<ReadResult.Rejected>(read.Answer);
        Assert.Equal(RejectReason.Busy, answer.Reason);
        Assert.Equal(leader, cluster.Safety.LatestLeader);
    }

    [Fact]
    public void Reads_that_wait_for_a_leader_to_be_ready_are_bounded_and_one_more_is_refused_at_once()
    {
        var (world, _, workload, leader) = LeaderThatCannotCommit("append-timeout = 2s\n pending-reads-max = 3");
        DLedgerMessage[] questions =
            [new Read(0), new GetCommitPosition(), new Read(1), new Read(2), new GetCommitPosition(), new Read(0, mode: ReadMode.Local)];
        var asked = questions.Select(question => workload.Ask(question, leader)!).ToArray();
        world.RunFor(TimeSpan.FromSeconds(0.5));
        Assert.All(asked[..3], request => Assert.Null(request.Answer));
        Assert.Equal(RejectReason.Busy, Assert.IsType<ReadResult.Rejected>(asked[3].Answer).Reason);
        Assert.Equal(RejectReason.Busy, Assert.IsType<CommitPositionResult.Rejected>(asked[4].Answer).Reason);
        Assert.Contains("pending-reads-max", Assert.IsType<ReadResult.Rejected>(asked[5].Answer).Detail, StringComparison.Ordinal);

        // Their room comes back with their answers.
        world.RunFor(TimeSpan.FromSeconds(2));
        Assert.All(asked, request => Assert.NotNull(request.Answer));
        var local = workload.Ask(new GetCommitPosition(ReadMode.Local), leader)!;
        world.RunFor(TimeSpan.FromSeconds(0.5));
        Assert.IsType<CommitPositionResult.Position>(local.Answer);
    }

    /// <summary>The other one votes and answers, but its log takes a minute to sync.</summary>
    private static (World World, LedgerCluster Cluster, Workload Workload, string Leader) LeaderThatCannotCommit(string settings)
    {
        var world = new World(1);
        var cluster = new LedgerCluster(world, 3, settings);
        var workload = new Workload(cluster);
        cluster.Sim.StartAll();
        workload.Start();
        Assert.True(world.RunUntil(() => workload.Acked > 10, TimeSpan.FromSeconds(10)));
        workload.Stop();
        var old = cluster.Safety.LatestLeader!;
        string[] others = [.. cluster.Sim.Ids.Where(id => id != old)];
        cluster.Sim.Disk(others[0]).SyncDelay = TimeSpan.FromMinutes(1);
        cluster.Sim.Crash(old, CrashLoss.KeepWritten);
        Assert.True(world.RunUntil(() => cluster.Safety.LatestLeader == others[1], TimeSpan.FromSeconds(20)));
        // Whatever the workload has asked is answered by then.
        world.RunFor(TimeSpan.FromSeconds(3));
        return (world, cluster, workload, others[1]);
    }
}
