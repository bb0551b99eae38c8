using DLedger.Core;
using DLedger.Protocol;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class MessageFilterTests
{
    [Theory]
    [InlineData("another", "n1")]
    [InlineData("dledger", "n7")]
    [InlineData("dledger", "n0")]
    public async Task A_message_of_a_non_member_is_dropped_and_counted_whoever_it_is_for(string cluster, string from)
    {
        var origin = new Origin(cluster, "default", from, Guid.NewGuid());
        await ExpectDropped(3, members =>
        {
            // Each would depose the leader, if it counted.
            members.SendAs(new Heartbeat(origin, new Term(99), 1));
            members.SendAs(new Push(origin, new Term(99), 1, LogPoint.Origin, LogIndex.None, []));
            members.SendAs(new PushAck(origin, new Term(99), new LogIndex(1)));
        });
    }

    /// <summary>Heartbeats of a group that is not here are for nobody here.</summary>
    [Fact]
    public async Task A_message_of_another_group_reaches_nobody_and_is_counted_by_the_router()
    {
        await using var members = new LocalCluster(1, _ => new ScriptedStores());
        members.Start("n0");
        await members.Leader();
        var before = (LedgerStatus)await members.Ask("n0", new GetStatus());

        members.SendAs(new Heartbeat(new Origin("dledger", "another", "n1", Guid.NewGuid()), new Term(99), 1));

        Assert.Equal(1, members.DroppedByRouter);
        var after = (LedgerStatus)await members.Ask("n0", new GetStatus());
        Assert.Equal((before.Role, before.Term, before.Dropped), (after.Role, after.Term, after.Dropped));
    }

    /// <summary>Four roles and the dispatcher for n1: each of them, and the root, is sent one by a path that fits all.</summary>
    [Theory]
    [InlineData("/user/dledger/default", 1)]
    [InlineData("/user/dledger/default/*", 5)]
    public async Task A_message_between_members_that_bypasses_the_router_is_dropped_and_counted(string path, int receivers)
    {
        var origin = new Origin("dledger", "default", "n1", Guid.NewGuid());
        await ExpectDropped(receivers, members => members.SendPast(path, new Heartbeat(origin, new Term(99), 1)), size: receivers == 1 ? 1 : 2);
    }

    /// <summary>
    /// Roles have names that can be guessed: a request to one of them, past the root, is no place in the room for reads that was never taken.
    /// </summary>
    [Theory]
    [InlineData("local")]
    [InlineData("linearizable")]
    [InlineData("lease")]
    [InlineData("at-least:0")]
    public async Task A_request_to_all_roles_by_their_path_stops_no_group(string word)
    {
        Assert.True(ReadMode.TryParse(word, out var mode));
        await using var members = new LocalCluster(1, _ => new ScriptedStores());
        members.Start("n0");
        await members.Leader();
        for (var i = 0; i < 3; i++)
        {
            foreach (
                DLedgerMessage request in new DLedgerMessage[] { new Read(0, mode: mode), new GetCommitPosition(mode), new Query(new byte[1], mode),
                    new Append(new byte[1]), new GetStatus(), new TransferLeadership("n9") })
                members.SendPast("/user/dledger/default/*", request);
        }

        Assert.IsType<AppendResult.Committed>(await members.Ask("n0", new Append(new byte[1])));
        Assert.IsType<ReadResult.Entries>(await members.Ask("n0", new Read(0)));
        Assert.IsType<ReadResult.Entries>(await members.Ask("n0", new Read(0, mode: ReadMode.Local)));
    }

    private static async Task ExpectDropped(int count, Action<LocalCluster> send, int size = 1)
    {
        await using var members = new LocalCluster(size, _ => new ScriptedStores());
        for (var i = 0; i < size; i++) members.Start($"n{i}");
        await members.Leader();
        var before = (LedgerStatus)await members.Ask("n0", new GetStatus());
        send(members);

        var after = (LedgerStatus)await members.Ask("n0", new GetStatus());
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (after.Dropped < before.Dropped + count)
        {
            Assert.False(deadline.IsCancellationRequested, $"Only {after.Dropped - before.Dropped} of {count} were counted.");
            after = (LedgerStatus)await members.Ask("n0", new GetStatus());
        }

        Assert.Equal(before.Dropped + count, after.Dropped);
        Assert.True(after.Term < 99, $"The message counted: term {after.Term}.");
    }
}
