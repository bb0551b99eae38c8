using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>Each client gets one answer, in log order.</summary>
public sealed class WaitingClientsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly WaitingClients<string> _clients = new();

    public WaitingClientsTests()
    {
        _clients.Add("one", I(1), new EntryIndex(0), 1, Second);
        _clients.Add("two", I(1), new EntryIndex(1), 3, Second);
        _clients.Add("three", I(2), new EntryIndex(4), 1, Second * 2);
    }

    [Fact]
    public void Raft_5_3_a_client_is_answered_only_after_its_batch_is_committed_and_applied()
    {
        Assert.False(_clients.TryTakeApplied(I(0), out _));
        Assert.True(_clients.TryTakeApplied(I(1), out var first));
        Assert.Equal(new WaitingClients<string>.Waiting("one", I(1), new EntryIndex(0), 1, Second), first);
        Assert.True(_clients.TryTakeApplied(I(1), out var second));
        Assert.Equal(("two", new EntryIndex(1), 3), (second.Client, second.First, second.Count));
        Assert.False(_clients.TryTakeApplied(I(1), out _));
        Assert.Equal(1, _clients.Count);
    }

    [Fact]
    public void A_client_that_has_waited_too_long_is_taken_once()
    {
        Assert.False(_clients.TryTakeExpired(Second - TimeSpan.FromTicks(1), out _));
        Assert.True(_clients.TryTakeExpired(Second, out _));
        Assert.True(_clients.TryTakeExpired(Second, out _));
        Assert.False(_clients.TryTakeExpired(Second, out _));
        Assert.True(_clients.TryTakeApplied(I(2), out var last));
        Assert.Equal("three", last.Client);
    }

    [Fact]
    public void At_the_end_of_a_leadership_everybody_is_taken()
    {
        List<string> taken = [];
        while (_clients.TryTake(out var client)) taken.Add(client.Client);
        Assert.Equal(["one", "two", "three"], taken);
        Assert.Equal(0, _clients.Count);
    }
}
