using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>
/// What a member answers, in each of its states: always something, with the id of the request, and nothing that was asked for by others.
/// </summary>
public sealed class AnswersTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly DLedgerMessage[] Requests =
    [
        new Append("x"u8.ToArray()), new Append(new byte[2000]), new AppendMany(
            [new byte[1], new byte[2]]), new AppendMany([]), new AppendMany([new byte[2000]]),
        new AppendMany(
            [.. Enumerable.Repeat(new ReadOnlyMemory<byte>(new byte[1000]), 100)]), new AppendMany([new byte[1]], new AppendStream(
                Guid.NewGuid(), 7, start: false)),
        new Read(0), new Read(
            0, mode: ReadMode.Local), new Read(1_000_000), new Read(0, count: 0), new GetCommitPosition(), new GetCommitPosition(ReadMode.Local),
        new Execute("x"u8.ToArray()), new AppendMany([new byte[1]]) { WantsReplies = true }, new Query("x"u8.ToArray()), new Query(
            "x"u8.ToArray(), ReadMode.Local),
        new GetStatus(), new TransferLeadership("nobody"), new TransferLeadership("n0"),
    ];

    [Fact]
    public async Task Each_answer_of_a_leader_and_of_a_follower_gives_back_the_id_of_its_request()
    {
        await using var cluster = new LocalCluster(3, _ => new MemoryLogStoreFactory(Guid.NewGuid), Small);
        foreach (var id in cluster.Settings.Keys) cluster.Start(id);
        var leader = await cluster.Leader();
        foreach (var id in cluster.Settings.Keys.OrderBy(id => id != leader)) await EachGivesBackItsId(cluster, id);
    }

    [Fact]
    public async Task A_member_that_is_starting_says_so_with_a_reason_of_its_own_and_gives_back_the_id()
    {
        using var opens = new ManualResetEventSlim();
        var stores = new ScriptedStores { BeforeOpen = opens.Wait };
        await using var cluster = new LocalCluster(1, _ => stores, Small);
        cluster.Start("n0");
        Assert.All(await EachGivesBackItsId(cluster, "n0"), reason => Assert.Equal(RejectReason.Starting, reason));
        opens.Set();
        await cluster.Leader();
    }

    [Fact]
    public async Task A_group_that_has_failed_and_one_that_is_not_there_give_back_the_id()
    {
        var stores = new ScriptedStores { BeforeOpen = () => throw new IOException("no disk") };
        await using var cluster = new LocalCluster(1, _ => stores, Small);
        cluster.Start("n0");
        using var deadline = new CancellationTokenSource(Deadline);
        while (((LedgerStatus)await cluster.Ask("n0", new GetStatus())).Role != MemberRole.Failed) deadline.Token.ThrowIfCancellationRequested();
        Assert.All(await EachGivesBackItsId(cluster, "n0"), reason => Assert.Equal(RejectReason.Failed, reason));
        Assert.All(await EachGivesBackItsId(cluster, "n0", "another"), reason => Assert.Equal(RejectReason.NoSuchGroup, reason));
    }

    [Fact]
    public async Task Who_waits_when_a_role_throws_gets_an_answer_with_the_id()
    {
        var stores = new ScriptedStores();
        await using var cluster = new LocalCluster(1, _ => stores, Small);
        cluster.Start("n0");
        Assert.IsType<AppendResult.Committed>(await UntilTaken(cluster, await cluster.Leader()));
        stores.HoldsFlushes = true;
        var inLog = cluster.Ask("n0", new Append("in the log"u8.ToArray()) { RequestId = 71 });
        using var deadline = new CancellationTokenSource(Deadline);
        while (((LedgerStatus)await cluster.Ask("n0", new GetStatus())).LastIndex < 1) deadline.Token.ThrowIfCancellationRequested();
        stores.BeforeAppend = _ => throw new TimeoutException("a role throws, once");
        var inNoBatch = cluster.Ask("n0", new AppendMany([new byte[1], new byte[2]]) { RequestId = 72 });
        Assert.Equal(71, Assert.IsType<AppendResult.Unknown>(await inLog.WaitAsync(Deadline)).RequestId);
        Assert.Equal(72, Assert.IsAssignableFrom<AppendResult>(await inNoBatch.WaitAsync(Deadline)).RequestId);
    }

    [Fact]
    public async Task The_commit_position_is_asked_for_by_a_question_of_its_own()
    {
        await using var cluster = new LocalCluster(3, _ => new MemoryLogStoreFactory(Guid.NewGuid));
        foreach (var id in cluster.Settings.Keys) cluster.Start(id);
        var leader = await cluster.Leader();
        Assert.Equal(new CommitPositionResult.Position(-1, -1), await Position(leader));
        for (var i = 0; i < 3; i++) Assert.IsType<AppendResult.Committed>(await cluster.Ask(leader, new Append(new byte[1])));
        Assert.Equal(new CommitPositionResult.Position(0, 2), await Position(leader));
        var follower = cluster.Settings.Keys.First(id => id != leader);
        foreach (var mode in new[] { ReadMode.Linearizable, ReadMode.Lease, ReadMode.AtLeast(2) })
            Assert.Equal(new CommitPositionResult.Position(0, 2), await cluster.Ask(follower, new GetCommitPosition(mode)));
        Assert.InRange(
            Assert.IsType<CommitPositionResult.Position>(await cluster.Ask(follower, new GetCommitPosition(ReadMode.Local))).CommittedIndex, -1, 2);

        // The elector says that it leads before the others have heard it.
        async Task<object> Position(string id)
        {
            using var deadline = new CancellationTokenSource(Deadline);
            while (true)
            {
                var answer = await cluster.Ask(id, new GetCommitPosition());
                if (answer is not CommitPositionResult.Rejected) return answer;
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public async Task Local_reads_that_wait_for_the_disk_are_bounded_and_one_more_is_refused_at_once()
    {
        using var reads = new ManualResetEventSlim();
        var stores = new ScriptedStores();
        await using var cluster = new LocalCluster(1, _ => stores, settings => settings["pending-reads-max"] = "2");
        cluster.Start("n0");
        Assert.IsType<AppendResult.Committed>(await UntilTaken(cluster, await cluster.Leader()));
        using var isReading = new ManualResetEventSlim();
        stores.BeforeFind = () =>
        {
            isReading.Set();
            reads.Wait();
        };

        // The one that is being read does not wait any more.
        var first = cluster.Ask("n0", new Read(0, mode: ReadMode.Local));
        Assert.True(isReading.Wait(Deadline));
        var waiting = new[] { cluster.Ask("n0", new Read(0, mode: ReadMode.Local)), cluster.Ask("n0", new GetCommitPosition(ReadMode.Local)) };
        var refused = Assert.IsType<ReadResult.Rejected>(
            await cluster.Ask("n0", new Read(0, mode: ReadMode.Local) { RequestId = 5 }).WaitAsync(Deadline));
        Assert.Equal((RejectReason.Busy, 5), (refused.Reason, refused.RequestId));
        Assert.Contains("pending-reads-max", refused.Detail, StringComparison.Ordinal);
        reads.Set();
        Assert.IsType<ReadResult.Entries>(await first.WaitAsync(Deadline));
        Assert.IsType<ReadResult.Entries>(await waiting[0].WaitAsync(Deadline));
        Assert.IsType<CommitPositionResult.Position>(await waiting[1].WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_result_of_a_transfer_that_goes_astray_does_not_end_the_handover_of_a_member_that_stops()
    {
        // The successor never hears that it is its turn: the handover takes as long as it may.
        await using var cluster = new LocalCluster(
            3, _ =>
                new MemoryLogStoreFactory(Guid.NewGuid), settings =>
                    (settings["election-timeout-min"], settings["election-timeout-max"]) = ("1s", "10s"));
        cluster.Passes = (_, _, message) => message is not Protocol.TimeoutNow;
        foreach (var id in cluster.Settings.Keys) cluster.Start(id);
        var leader = await cluster.Leader();
        Assert.IsType<AppendResult.Committed>(await UntilTaken(cluster, leader));
        cluster.Stop(leader);
        cluster.Tell(leader, new TransferResult.Failed("of somebody else's transfer"));
        cluster.Tell(leader, new TransferResult.Transferred("n1", 9));
        var status = (LedgerStatus)await cluster.Ask(leader, new GetStatus());
        Assert.Equal(MemberRole.Leader, status.Role);
    }

    private static void Small(Dictionary<string, string> settings)
    {
        settings["max-entry-size"] = "1000";
        settings["append-timeout"] = "5s";
    }

    private static async Task<object> UntilTaken(LocalCluster cluster, string leader)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (true)
        {
            var answer = await cluster.Ask(leader, new Append(new byte[1]));
            if (answer is not AppendResult.Rejected) return answer;
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The reasons of those that are refused.</summary>
    private static async Task<List<RejectReason>> EachGivesBackItsId(LocalCluster cluster, string id, string group = "default")
    {
        List<RejectReason> reasons = [];
        for (var i = 0; i < Requests.Length; i++)
        {
            var answer = Assert.IsAssignableFrom<DLedgerMessage>(
                await cluster.Ask(id, Requests[i].WithRequestId(100 + i), group).WaitAsync(Deadline));
            Assert.True(answer.RequestId == 100 + i, $"{Requests[i]} to {id} is answered by {answer}");
            if (DLedger.Node.Refusal.In(answer) is { } refusal) reasons.Add(refusal.Reason);
        }

        return reasons;
    }
}
