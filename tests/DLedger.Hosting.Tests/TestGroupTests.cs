using DLedger.Testing;

namespace DLedger.Hosting.Tests;

/// <summary>The group that applications test with.</summary>
public sealed class TestGroupTests
{
    [Fact]
    public async Task A_group_survives_a_killed_leader_and_has_it_back_with_its_log()
    {
        await using var group = await DLedgerTest.StartAsync(members: 3);
        Assert.IsType<AppendResult.Committed>(await group.Client.AppendAsync("a"u8.ToArray()).WaitAsync(Applications.Deadline));
        var first = await group.AwaitLeaderAsync();

        await group.KillAsync(first);
        var second = await group.AwaitLeaderAsync();
        Assert.NotEqual(first, second);
        await group.RestartAsync(first);

        // With the second gone the first is needed for a majority: it votes, so it is no wiped member.
        await group.KillAsync(second);
        await group.AwaitLeaderAsync();
        var committed = Assert.IsType<AppendResult.Committed>(await group.Client.AppendAsync("b"u8.ToArray()).WaitAsync(Applications.Deadline));
        Assert.Equal(1, committed.Index);
    }

    [Fact]
    public async Task A_member_that_stops_hands_over()
    {
        await using var group = await DLedgerTest.StartAsync(3, options => options.Group = "orders");
        var led = await group.AwaitLeaderAsync();
        var handedOver = Assert.IsType<StopResult.HandedOver>(await group.StopAsync(led));
        Assert.Equal(MemberRole.Leader, (await group.StatusOfAsync(handedOver.To)).Role);
        Assert.DoesNotContain(led, group.Running);
    }

    [Fact]
    public async Task A_wiped_member_is_brought_up_to_date_and_not_counted()
    {
        await using var group = await DLedgerTest.StartAsync(members: 3);
        var led = await group.AwaitLeaderAsync();
        var wiped = group.Running.First(id => id != led);
        await group.KillAsync(wiped);
        await group.RestartWipedAsync(wiped);

        using var deadline = new CancellationTokenSource(Applications.Deadline);
        while (await IsTrustedAsync()) deadline.Token.ThrowIfCancellationRequested();

        async Task<bool> IsTrustedAsync() =>
            (await group.StatusOfAsync(await group.AwaitLeaderAsync())).Peers.Single(peer => peer.Id == wiped).Trusted;
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_with_what_can()
    {
        await using var group = await DLedgerTest.StartAsync(members: 1);
        Assert.Contains("kill or stop it first", await Refused(() => group.RestartAsync("n0")), StringComparison.Ordinal);
        Assert.Contains("those that do: n0", await Refused(() => group.KillAsync("n7")), StringComparison.Ordinal);
        Assert.Contains("There is no member n7: n0", await Refused(() => group.RestartAsync("n7")), StringComparison.Ordinal);

        static async Task<string> Refused(Func<Task> what) => (await Assert.ThrowsAnyAsync<Exception>(what)).Message;
    }
}
