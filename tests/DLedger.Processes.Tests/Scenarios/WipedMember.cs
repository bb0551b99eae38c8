namespace DLedger.Processes.Tests;

/// <summary>
/// A member comes back with an empty folder. It is brought up to date and serves local reads, but says that it does not vote; with it and one more
/// member alone nothing is committed, since its ack does not count.
/// </summary>
internal static class WipedMember
{
    public static async Task RunAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var history = new History();
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            await load.MoreAsync(300);
            await load.StopAsync();
        }

        await group.ConvergedAsync(history.LastAcked);
        var wiped = group.Ids.Last(id => id != leader.Id);
        await group.KillAndWaitAsync(wiped);
        Directory.Delete(group.FolderOf(wiped), recursive: true);
        await group.StartAsync(wiped);
        await group.CheckAsync(history);
        LedgerStatus? seen = null;
        await Waits.UntilAsync(
            async () =>
                (seen = await group.StatusOfAsync(wiped)) is { Problem: { } problem } && problem.Contains("does not vote", StringComparison.Ordinal)
                    ? seen
                    : null,
            $"{wiped} to say that it does not vote",
            () => $"{seen}");
        stage.Say($"{wiped} says: {seen!.Problem}");
        var led = await group.LeaderAsync();
        Expect.That(
            led.Peers.Single(peer => peer.Id == wiped) is { Trusted: false }, $"the leader trusts the wiped member: {string.Join(", ", led.Peers)}");

        // The other follower goes, too: what is left is the leader and a member that does not count.
        var other = group.Ids.Single(id => id != led.Id && id != wiped);
        await group.KillAndWaitAsync(other);
        LedgerStatus? alone = null;
        await Waits.UntilAsync(
            async () => (alone = await group.StatusOfAsync(led.Id)) is { Role: not MemberRole.Leader } ? alone : null,
            $"{led.Id} to step down without a quorum that counts",
            () => $"{alone}");
        var impatient = group.NewClient(TimeSpan.FromSeconds(5));
        var body = RealText.Line(100_000);
        var result = await impatient.AppendAsync(System.Text.Encoding.UTF8.GetBytes(body)).Within("the end of an append without a quorum");
        await impatient.DisposeAsync();
        Expect.That(result is not AppendResult.Committed, $"an append was committed with a member that does not count: {result}");
        history.Add(body, result);

        await group.StartAsync(other);
        await group.CheckAsync(history);
    }
}
