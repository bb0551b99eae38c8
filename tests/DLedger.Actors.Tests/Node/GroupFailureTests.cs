using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>What a group does when a role throws or its disk is ill: one member, real actors, a disk that does as it is told.</summary>
public sealed class GroupFailureTests
{
    [Fact]
    public async Task Safety_05_when_a_role_throws_all_start_again_from_disk_and_every_client_is_answered()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.HoldsFlushes = true;
        var inLog = cluster.Ask("n0", new Append("in the log"u8.ToArray()));
        await InTheLog(cluster, 0);
        stores.BeforeAppend = _ => throw new TimeoutException("a role throws, once");
        var refused = cluster.Ask("n0", new Append("in no batch"u8.ToArray()));

        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await inLog);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await refused);
        stores.BeforeAppend = _ => { };
        stores.HoldsFlushes = false;
        await cluster.Leader();
        Assert.Equal(2, stores.Openings);
    }

    [Fact]
    public async Task Safety_16_a_batch_that_the_log_took_before_it_threw_is_never_rejected()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.AfterAppend = batch =>
        {
            if (batch.Count > 0) throw new TimeoutException("after the batch is in the log");
        };

        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await cluster.Ask("n0", new Append("x"u8.ToArray())));
    }

    [Fact]
    public async Task A_broken_invariant_stops_the_group_for_good_and_its_status_says_why()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.BeforeAppend = _ => Invariant.Holds(false, "the sky is up");
        await cluster.Ask("n0", new Append("x"u8.ToArray()));

        var status = await Until(cluster, status => status.Role == MemberRole.Failed);
        Assert.Contains("the sky is up", status.Problem, StringComparison.Ordinal);
        Assert.Equal(1, stores.Openings);
        Assert.Equal(RejectReason.Failed, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Append("y"u8.ToArray()))).Reason);
    }

    [Fact]
    public async Task Safety_24_a_failed_sync_stops_the_group_with_the_reason()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.HoldsFlushes = true;
        var waiting = cluster.Ask("n0", new Append("x"u8.ToArray()));
        await InTheLog(cluster, 0);
        stores.Listener!.Failed("the sync of wal-0 failed: input/output error");

        Assert.Equal(new AppendResult.Unknown(UnknownReason.LeadershipLost), await waiting);
        Assert.Equal("the sync of wal-0 failed: input/output error", (await Until(cluster, status => status.Role == MemberRole.Failed)).Problem);
        Assert.Equal(1, stores.Openings);
    }

    [Fact]
    public async Task Safety_24_a_stalled_disk_ends_leadership_until_it_comes_back()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.Listener!.Stalled(true);
        Assert.Contains("disk stalls", (await Until(cluster, status => status.Role == MemberRole.Follower)).Problem, StringComparison.Ordinal);

        stores.Listener.Stalled(false);
        Assert.Null((await Until(cluster, status => status.Role == MemberRole.Leader)).Problem);
    }

    [Fact]
    public async Task A_leader_answers_busy_at_its_bound_and_goes_on_when_the_disk_does()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores, settings => settings["pending-entries-max"] = "8");
        stores.HoldsFlushes = true;
        var waiting = Enumerable.Range(0, 8).Select(i => cluster.Ask("n0", new Append(new[] { (byte)i }))).ToArray();
        AppendResult.Rejected busy;
        do
        {
            // Those above may still be on their way; this one is refused once all eight wait.
            var extra = cluster.Ask(
                "n0",
                new AppendMany(
                    [new byte[] { 1 }, new byte[] { 2 }, new byte[] { 3 }, new byte[] { 4 }, new byte[] { 5 }, new byte[] { 6 }, new byte[] { 7 },
                        new byte[] { 8 }]));
            busy = Assert.IsType<AppendResult.Rejected>(await extra);
        }
        while (busy.Reason != RejectReason.Busy);

        stores.ReleaseFlushes();
        foreach (var append in waiting) Assert.IsType<AppendResult.Committed>(await append);
        Assert.IsType<AppendResult.Committed>(await cluster.Ask("n0", new Append("more"u8.ToArray())));
    }

    [Fact]
    public async Task A_log_that_is_filled_faster_than_the_disk_makes_room_is_busy_and_only_a_full_disk_is_full()
    {
        var stores = new ScriptedStores();
        await using var cluster = await LeaderOn(stores);
        stores.FreeBytes = 0;
        stores.SpaceIsComing = true;
        Assert.Equal(RejectReason.Busy, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Append("x"u8.ToArray()))).Reason);
        stores.SpaceIsComing = false;
        Assert.Equal(RejectReason.DiskFull, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Append("x"u8.ToArray()))).Reason);
        stores.FreeBytes = null;
        Assert.IsType<AppendResult.Committed>(await cluster.Ask("n0", new Append("x"u8.ToArray())));
    }

    [Fact]
    public async Task A_request_of_the_wrong_size_is_refused_with_the_limit()
    {
        await using var cluster = await LeaderOn(new ScriptedStores(), settings => settings["max-entry-size"] = "1000");
        Assert.IsType<AppendResult.Committed>(await cluster.Ask("n0", new Append(ReadOnlyMemory<byte>.Empty)));
        Assert.IsType<AppendResult.Committed>(await cluster.Ask("n0", new Append(new byte[1000])));
        var tooLarge = Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new Append(new byte[1001])));
        Assert.Equal(RejectReason.TooLarge, tooLarge.Reason);
        Assert.Contains("1000", tooLarge.Detail, StringComparison.Ordinal);
        Assert.Equal(RejectReason.NoEntries, Assert.IsType<AppendResult.Rejected>(await cluster.Ask("n0", new AppendMany([]))).Reason);
        var outOfRange = Assert.IsType<ReadResult.OutOfRange>(await cluster.Ask("n0", new Read(2)));
        Assert.Equal(new ReadResult.OutOfRange(0, 1), outOfRange);
    }

    private static async Task<LocalCluster> LeaderOn(ScriptedStores stores, Action<Dictionary<string, string>>? settings = null)
    {
        var cluster = new LocalCluster(1, _ => stores, settings);
        cluster.Start("n0");
        await cluster.Leader();
        // The no-op that opens the term is committed when a linearizable read is served. The elector says that it leads before the others have heard
        // it: it travels with the data.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        object read;
        do read = await cluster.Ask("n0", new Read(0));
        while (read is ReadResult.Rejected { Reason: RejectReason.NotLeader } && !deadline.IsCancellationRequested);
        Assert.IsType<ReadResult.OutOfRange>(read);
        return cluster;
    }

    private static Task<LedgerStatus> InTheLog(LocalCluster cluster, long lastIndex) => Until(cluster, status => status.LastIndex == lastIndex);

    private static async Task<LedgerStatus> Until(LocalCluster cluster, Func<LedgerStatus, bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        LedgerStatus status;
        do
        {
            Assert.False(deadline.IsCancellationRequested, "It never came to that.");
            status = (LedgerStatus)await cluster.Ask("n0", new GetStatus());
        }
        while (!condition(status));
        return status;
    }
}
