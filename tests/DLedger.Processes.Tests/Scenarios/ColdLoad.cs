namespace DLedger.Processes.Tests;

/// <summary>Full load at once on members that have just started, whose code the runtime still compiles: the first leader leads on.</summary>
internal static class ColdLoad
{
    private const int Outstanding = 1024;
    private const int EntryBytes = 1024;
    private static readonly TimeSpan LoadTime = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Stage stage, int rounds)
    {
        var rates = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            var group = new ServerGroup(stage, 3);
            await group.StartAsync();
            var leader = await group.LeaderAsync();
            await using (var load = new FullLoad(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding))
            {
                rates.Add(await load.RateAsync(LoadTime));
                Expect.Equal(0, load.Failed, $"appends that failed, the first with {load.FirstFailure}");
            }

            Expect.Equal(leader.Term, (await group.LeaderAsync()).Term, $"the term after full load from the start, round {round + 1}");
            await group.KillAndWaitAsync(group.Ids);
            foreach (var id in group.Ids) Directory.Delete(group.FolderOf(id), recursive: true);
        }

        stage.Figure("full load from the start, without an election", Rates.Show(rates));
    }
}
