using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Node;

/// <summary>What reads show while the log changes under them.</summary>
public sealed class ReaderTests
{
    [Fact]
    public async Task Safety_18_a_beginning_that_moves_in_the_middle_of_a_read_does_not_bring_back_an_earlier_end()
    {
        var stores = new ScriptedStores();
        await using var cluster = new LocalCluster(1, _ => stores);
        cluster.Start("n0");
        await cluster.Leader();
        await Append(0);
        Assert.Equal(0, (await Position()).CommittedIndex);
        await Append(1);
        stores.BeforeRead = () =>
        {
            stores.BeforeRead = () => { };
            stores.DropAll();
        };
        Assert.Equal(1, (await Position()).CommittedIndex);

        async Task Append(long index)
        {
            AppendResult.Committed? committed = null;
            // Busy before the leader's first record is on disk.
            while (committed is null) committed = await cluster.Ask("n0", new Append(new byte[1])) as AppendResult.Committed;
            Assert.Equal(index, committed.Index);
        }

        async Task<CommitPositionResult.Position> Position() =>
            Assert.IsType<CommitPositionResult.Position>(await cluster.Ask("n0", new GetCommitPosition()));
    }
}
