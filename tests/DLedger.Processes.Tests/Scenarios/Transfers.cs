namespace DLedger.Processes.Tests;

/// <summary>
/// Leadership handed over under load, without one entry of unknown outcome; a transfer to a member that is down or does not exist fails with the
/// reason, and the leader goes on.
/// </summary>
internal static class Transfers
{
    /// <summary>Times that a busy machine may hold its own election, or be too slow, before that is a failure.</summary>
    private const int DisturbedPerTransfer = 5;

    public static async Task RunAsync(Stage stage, int transfers)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        await group.LeaderAsync();
        var history = new History();
        var gaps = new List<TimeSpan>();
        var disturbed = 0;
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            await load.MoreAsync(200);
            while (gaps.Count < transfers)
            {
                Expect.That(disturbed <= DisturbedPerTransfer * transfers, $"only {gaps.Count} of {transfers} transfers went undisturbed");
                var before = await group.LeaderAsync();
                var to = group.Ids.First(id => id != before.Id && (gaps.Count % 2 == 0 || id != "n0"));
                var unknown = history.UnknownCount;
                load.TakeLongestGap();
                var result = await group.Client.TransferAsync(to).Within("the end of a transfer");
                await load.MoreAsync(100);
                var gap = load.TakeLongestGap();
                var after = await group.LeaderAsync();
                if (result is not TransferResult.Transferred || after.Id != to || after.Term != before.Term + 1)
                {
                    // An election that nobody asked for; only the machine is to blame.
                    disturbed++;
                    stage.Say($"disturbed: {before.Id} in term {before.Term} to {to}: {result}; then {after.Id} in term {after.Term}");
                    continue;
                }

                Expect.Equal(unknown, history.UnknownCount, $"entries of unknown outcome after a transfer from {before.Id} to {to}");
                gaps.Add(gap);
            }

            await RefusalsAsync(stage, group, load);
            await load.StopAsync();
        }

        await group.CheckAsync(history);
        stage.Figure("longest time without a commit around a transfer", Figures.Of(gaps));
        stage.Figure("transfers disturbed by an election", disturbed);
    }

    /// <summary>A leader that is to come back after a restart does so by itself.</summary>
    public static async Task PreferredAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3, """
            dledger.preferred-leaders = [n1]
            dledger.preferred-min-interval = 1s
            """);
        await group.StartAsync();
        await LeadsAsync("n1");
        await group.KillAndWaitAsync("n1");
        await group.LeaderAsync(otherThan: "n1");
        await group.StartAsync("n1");
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        await LeadsAsync("n1");
        stage.Figure("the preferred leader leads again after its start", Figures.Ms(System.Diagnostics.Stopwatch.GetElapsedTime(since)));

        Task<LedgerStatus> LeadsAsync(string id) => Waits.UntilAsync(
            async () => await group.LeaderAsync() is var leader && leader.Id == id ? leader : null, $"{id} to lead");
    }

    private static async Task RefusalsAsync(Stage stage, ServerGroup group, Load load)
    {
        var leader = await group.LeaderAsync();
        var nobody = await Stage.CommandAsync("transfer", "--to", "n9", "--peers", group.Peers);
        Expect.Equal(2, nobody.ExitCode, "the exit code of a transfer to an unknown member");
        Expect.That(nobody.Error.Contains("'n9' is not a member", StringComparison.Ordinal), $"a transfer to an unknown member says: {nobody.Error}");

        var down = group.Ids.Last(id => id != leader.Id);
        await group.KillAndWaitAsync(down);
        await Waits.UntilAsync<object>(
            async () =>
            {
                switch (await group.Client.TransferAsync(down).Within("the end of a transfer"))
                {
                    case TransferResult.Failed failed:
                        stage.Say($"transfer to a member that is down: {failed.Reason}");
                        Expect.That(failed.Reason.Contains(down, StringComparison.Ordinal), $"the reason does not name {down}: {failed.Reason}");
                        return failed;
                    case TransferResult.Transferred done:
                        throw new ScenarioFailedException($"{done.Leader} leads after a transfer to {down}, which is down");
                    default:
                        return null; // no leader just now
                }
            },
            "a transfer to a member that is down to fail");
        await load.MoreAsync(100);
        await group.StartAsync(down);
    }
}
