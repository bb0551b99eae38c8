using Xunit;
using static DLedger.Core.Tests.TestLog;

namespace DLedger.Core.Tests.Commit;

/// <summary>What releases clients, reads and retention.</summary>
public sealed class AppliedPositionTests
{
    [Fact]
    public void Whoever_raises_it_sends_word_once_to_whoever_waits_for_more()
    {
        var applied = AppliedPosition.OfPlainLog(I(3));
        Assert.False(applied.TakeAwaited());
        applied.Await();
        applied.Committed(I(4));
        Assert.True(applied.TakeAwaited());
        Assert.False(applied.TakeAwaited());
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
