using DLedger.Core;
using DLedger.Protocol;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class StrangersTests
{
    [Theory]
    [InlineData("another", "default", "n1")]
    [InlineData("dledger", "another", "n1")]
    [InlineData("dledger", "default", "n7")]
    public async Task A_message_of_a_stranger_is_dropped_and_counted_whoever_it_is_for(string cluster, string group, string from)
    {
        var stores = new ScriptedStores();
        await using var members = new LocalCluster(1, _ => stores);
        members.Start("n0");
        await members.Leader();
        var before = (LedgerStatus)await members.Ask("n0", new GetStatus());

        // Each would depose the leader, if it counted.
        var origin = new Origin(cluster, group, from, Guid.NewGuid());
        members.SendAs("default", PeerRole.Elector, new Heartbeat(origin, new Term(99), 1));
        members.SendAs("default", PeerRole.EntryHandler, new Push(origin, new Term(99), 1, LogPoint.Origin, LogIndex.None, []));

        var after = (LedgerStatus)await members.Ask("n0", new GetStatus());
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (after.Dropped < before.Dropped + 2)
        {
            Assert.False(patience.IsCancellationRequested, $"Only {after.Dropped - before.Dropped} of 2 were counted.");
            after = (LedgerStatus)await members.Ask("n0", new GetStatus());
        }

        Assert.Equal(before.Dropped + 2, after.Dropped);
        Assert.Equal(("Leader", before.Term), (after.Role, after.Term));
    }
}
