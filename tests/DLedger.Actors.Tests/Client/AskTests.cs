using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using DLedger.Core;
using Xunit;

namespace DLedger.Actors.Tests.Client;

/// <summary>Applications without a client: by messages, and yet each gets its own answer.</summary>
public sealed class AskTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly TestProbe _member;
    private readonly DLedgerExtension _ledger;

    public AskTests()
        : base("akka.loglevel = WARNING\nakka.test.single-expect-default = 30s")
    {
        _member = CreateTestProbe();
        _ledger = DLedgerExtension.Get(Sys);
    }

    [Fact]
    public async Task What_comes_back_is_the_answer_to_this_very_request()
    {
        var asked = _ledger.AskAsync(_member.Ref, new Append(new byte[1]) { RequestId = 5 }, Deadline);
        var id = (await _member.ExpectMsgAsync<Append>()).RequestId;
        var from = _member.LastSender;
        from.Tell(new AppendResult.Committed(3, 1, 1));
        from.Tell(new AppendResult.Committed(3, 1, 1) { RequestId = 5 });
        from.Tell(new AppendResult.Rejected(RejectReason.Busy) { RequestId = id + 1 });
        from.Tell(new AppendResult.Committed(7, 1, 1) { RequestId = id });
        Assert.Equal(new AppendResult.Committed(7, 1, 1) { RequestId = 5 }, await asked.WaitAsync(Deadline));
        Assert.Equal(3, _ledger.MisdirectedAnswers);
    }

    [Fact]
    public async Task An_append_without_an_answer_is_unknown_and_anything_else_throws()
    {
        var soon = TimeSpan.FromMilliseconds(20);
        Assert.Equal(new AppendResult.Unknown(UnknownReason.TimedOut), await _ledger.AskAsync(_member.Ref, new Append(new byte[1]), soon));
        Assert.Equal(
            new AppendResult.Unknown(UnknownReason.TimedOut) { RequestId = 3 },
            await _ledger.AskAsync(_member.Ref, new AppendMany([new byte[1]]) { RequestId = 3 }, soon));
        await Assert.ThrowsAsync<TimeoutException>(() => _ledger.AskAsync(_member.Ref, new Read(0), soon));
        await Assert.ThrowsAsync<TimeoutException>(() => _ledger.AskAsync(_member.Ref, new GetCommitPosition(), soon));
        await Assert.ThrowsAsync<TimeoutException>(() => _ledger.AskAsync(_member.Ref, new GetStatus(), soon));
        await Assert.ThrowsAsync<TimeoutException>(() => _ledger.AskAsync(_member.Ref, new TransferLeadership("n1"), soon));
    }

    [Fact]
    public async Task Who_cancels_waits_no_more()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = _ledger.AskAsync(_member.Ref, new Append(new byte[1]), Deadline, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_client_is_made_from_the_settings_of_the_member_of_the_same_process()
    {
        var settings = DLedgerSettings.FromConfig(
            Akka.Configuration.ConfigurationFactory.ParseString("dledger { group = g7 \n id = n7 \n durability = memory }"));
        _ledger.Start(settings, new MemoryLogStoreFactory(Guid.NewGuid));
        await using var client = DLedgerClient.Create(Sys, settings);
        Assert.IsType<AppendResult.Committed>(await client.AppendAsync(new byte[1]).WaitAsync(Deadline));
        Assert.Equal(new CommitPositionResult.Position(0, 0), await client.CommitPositionAsync().WaitAsync(Deadline));
        Assert.Equal("n7", Assert.Single(await client.StatusAsync(Deadline).WaitAsync(Deadline)).Status!.Id);
        Assert.Equal(
            0,
            Assert.IsType<AppendResult.Rejected>(
                await _ledger.AskAsync(Sys.ActorSelection("/user/dledger/g8"), new Append(new byte[1]), Deadline)).RequestId);
        Assert.True((await _ledger.StopAsync("g7").WaitAsync(Deadline)).IsClean);
    }
}
