namespace DLedger.Processes.Tests;

/// <summary>A follower killed with -9 comes back on the same port: how long until it has everything again.</summary>
internal static class ReturningPeer
{
    public static async Task RunAsync(Stage stage, int rounds)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var history = new History();
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            await load.MoreAsync(200);
            await load.StopAsync();
        }

        var times = new List<TimeSpan>();
        for (var round = 0; round < rounds; round++)
        {
            var leader = await group.LeaderAsync();
            var follower = group.Ids.First(id => id != leader.Id);
            times.Add(await group.RestartAsync(follower));
        }

        await group.CheckAsync(history);
        stage.Figure("a restarted peer has everything after", Figures.Of(times));
    }
}
