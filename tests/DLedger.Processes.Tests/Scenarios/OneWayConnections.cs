using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>
/// The connections of a member carry nothing out any more while everything comes in, and Akka's failure detector is content: two members that connect
/// to each other at the same moment can do that to themselves. The group gets new connections by itself.
/// </summary>
internal static class OneWayConnections
{
    public static async Task RunAsync(Stage stage)
    {
        var group = new ServerGroup(stage, 3, cuttable: true);
        await group.StartAsync();
        var history = new History();
        await using var load = new Load(group.NewClient(TimeSpan.FromMinutes(2)), history, 1);
        await load.MoreAsync(100);
        foreach (var isLeader in new[] { true, false })
        {
            var leader = await group.AllBackAsync();
            var muted = isLeader ? leader.Id : group.Ids.First(id => id != leader.Id);
            load.TakeLongestGap();
            await group.MuteConnectionsAsync(muted);
            await load.MoreAsync(200);
            var since = Stopwatch.GetTimestamp();
            await group.AllBackAsync();
            stage.Figure(
                $"{(isLeader ? "leader" : "follower")} mute: longest time without a commit, all back after",
                $"{Figures.Ms(load.TakeLongestGap())}, {Figures.Ms(Stopwatch.GetElapsedTime(since))}");
        }

        await load.StopAsync();
        await group.CheckAsync(history);
        group.ExpectNoQuarantine();
    }
}
