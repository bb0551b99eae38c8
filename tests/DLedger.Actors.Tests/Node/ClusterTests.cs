using System.Text;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Node;

public sealed class ClusterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_is_appended_is_read_back(int members)
    {
        await using var cluster = new LocalCluster(members, _ => Memory());
        foreach (var id in cluster.Settings.Keys) cluster.Start(id);
        var leader = await cluster.Leader();

        for (var i = 0; i < 100; i++)
            Assert.Equal(new AppendResult.Committed(i, 1, 1), NoTerm(await cluster.Ask(leader, new Append(Encoding.UTF8.GetBytes($"entry {i}")))));

        var entries = Assert.IsType<ReadResult.Entries>(await cluster.Ask(leader, new Read(0, 1000)));
        Assert.Equal(100, entries.Items.Count);
        Assert.Equal("entry 42", Encoding.UTF8.GetString(entries.Items[42].Body.Span));
    }

    [Fact]
    public async Task A_follower_names_the_leader()
    {
        await using var cluster = new LocalCluster(3, _ => Memory());
        foreach (var id in cluster.Settings.Keys) cluster.Start(id);
        var leader = await cluster.Leader();
        var follower = cluster.Settings.Keys.First(id => id != leader);
        AppendResult.Rejected rejected;
        do rejected = Assert.IsType<AppendResult.Rejected>(await cluster.Ask(follower, new Append("x"u8.ToArray())));
        while (rejected.LeaderAddress is null);

        Assert.Equal(RejectReason.NotLeader, rejected.Reason);
        Assert.Contains(rejected.LeaderAddress, cluster.Settings["n0"].Members.Select(member => member.Address));
    }

    private static MemoryLogStoreFactory Memory() => new(Guid.NewGuid);

    private static object NoTerm(object result) =>
        result is AppendResult.Committed committed ? new AppendResult.Committed(committed.Index, committed.Count, 1) : result;
}
