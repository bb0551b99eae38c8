using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>
/// How long a group is without a leader when its leader is killed with -9: until a quorum follows another one, and the longest time between two
/// commits that a client sees, which also has to notice.
/// </summary>
internal static class LostLeaders
{
    public static async Task RunAsync(Stage stage, int kills)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        await group.LeaderAsync();
        var history = new History();
        var elected = new List<TimeSpan>();
        var gaps = new List<TimeSpan>();
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            for (var kill = 0; kill < kills; kill++)
            {
                await load.MoreAsync(200);
                var leader = await group.LeaderAsync();
                load.TakeLongestGap();
                var since = Stopwatch.GetTimestamp();
                await group.KillAndWaitAsync(leader.Id);
                await group.LeaderAsync(otherThan: leader.Id);
                elected.Add(Stopwatch.GetElapsedTime(since));
                await load.MoreAsync(20);
                gaps.Add(load.TakeLongestGap());
                stage.Row("failover", "quorumMs,clientMs", $"{elected[^1].TotalMilliseconds:0},{gaps[^1].TotalMilliseconds:0}");
                await group.StartAsync(leader.Id);
                await group.AllBackAsync();
            }

            await load.StopAsync();
        }

        await group.CheckAsync(history);
        stage.Figure("from kill -9 until a quorum follows another leader", Figures.Of(elected));
        stage.Figure("longest time without a commit around a kill -9", Figures.Of(gaps));
        stage.Figure("acknowledged, unknown", FormattableString.Invariant($"{history.AckedCount}, {history.UnknownCount}"));
    }
}
