using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>What releases clients, reads and retention.</summary>
public sealed class AppliedPositionTests
{
    [Fact]
    public void Safety_16_what_a_later_leader_commits_releases_nobody_of_an_earlier_leadership()
    {
        var position = AppliedPosition.OfPlainLog(new LogIndex(8));
        position.Committed(new LogIndex(10));
        Assert.Equal(new LogIndex(8), position.Within(new LogIndex(8)));
        Assert.Equal(new LogIndex(10), position.Within(new LogIndex(12)));
    }

    [Fact]
    public void In_a_plain_log_what_is_committed_is_applied()
    {
        var applied = AppliedPosition.OfPlainLog(I(3));
        Assert.Equal(I(3), applied.Value);
        applied.Committed(I(5));
        Assert.Equal(I(5), applied.Value);
        applied.Committed(I(4));
        Assert.Equal(I(5), applied.Value);
        Assert.Throws<InvariantBrokenException>(() => applied.Applied(I(5)));
    }

    [Fact]
    public void With_a_state_machine_a_batch_is_applied_once_that_says_so()
    {
        var applied = AppliedPosition.OfStateMachine(committed: I(3), applied: I(1));
        applied.Committed(I(5));
        Assert.Equal(I(1), applied.Value);
        applied.Applied(I(4));
        Assert.Equal(I(4), applied.Value);
        applied.Applied(I(2));
        Assert.Equal(I(4), applied.Value);
    }

    [Fact]
    public void Nothing_is_applied_before_it_is_committed()
    {
        Assert.Throws<InvariantBrokenException>(() => AppliedPosition.OfStateMachine(committed: I(3), applied: I(4)));
        var applied = AppliedPosition.OfStateMachine(I(3), I(1));
        Assert.Throws<InvariantBrokenException>(() => applied.Applied(I(4)));
        Assert.Equal(I(1), applied.Value);
    }

    [Fact]
    public void A_client_is_answered_when_its_batch_is_applied_and_not_when_it_is_committed()
    {
        var clients = new WaitingClients<string>();
        clients.Add("one", I(4), EntryIndex.Zero, 1, TimeSpan.MaxValue);
        var applied = AppliedPosition.OfStateMachine(I(3), I(3));
        applied.Committed(I(4));
        Assert.False(clients.TryTakeApplied(applied.Value, out _));
        applied.Applied(I(4));
        Assert.True(clients.TryTakeApplied(applied.Value, out _));
    }
}
