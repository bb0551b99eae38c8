namespace DLedger.Processes.Tests;

/// <summary>
/// A group of one with acknowledged entries is started again with three in its peers, the other two empty. Those two could elect each other and cut
/// its log; nothing of the kind may happen, and all three say why. Told to accept the new peers it leads them, with all that it had.
/// </summary>
internal static class GrownGroup
{
    private const string SlowElections = "dledger { election-timeout-min = 5s \n election-timeout-max = 10s }";
    private const string SlowElectionsAndAccepting = "dledger { election-timeout-min = 5s \n election-timeout-max = 10s \n accept-new-peers = on }";

    public static async Task RunAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3);
        var history = new History();
        var alone = group.Members[0];
        await group.StartWithAsync("n0", [alone]);
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            await load.MoreAsync(300);
            await load.StopAsync();
        }

        await group.KillAndWaitAsync("n0");
        group.PutConfig("n0", SlowElections);
        foreach (var id in group.Ids) await group.StartWithAsync(id, group.Members);
        foreach (
            var (id, said) in new[] { ("n0", "--accept-new-peers"), ("n1", "the data of n0 is of a group of n0"), ("n2", "the data of n0 is of a "
                + "group of n0") })
        {
            LedgerStatus? seen = null;
            await Waits.UntilAsync(
                async () =>
                    (seen = await group.StatusOfAsync(id)) is { Problem: { } problem } && problem.Contains(said, StringComparison.Ordinal)
                        ? seen
                        : null,
                $"{id} to say why it takes no part",
                () => $"{seen}");
            stage.Say($"{id} says: {seen!.Problem}");
            Expect.That(seen.LeaderId is null, $"{id} follows {seen.LeaderId}");
        }

        await group.KillAndWaitAsync("n0");
        group.PutConfig("n0", SlowElectionsAndAccepting);
        await group.StartWithAsync("n0", group.Members);
        var leader = await group.LeaderAsync();
        Expect.Equal("n0", leader.Id, "the one who has everything leads");
        await group.CheckAsync(history);
    }
}
