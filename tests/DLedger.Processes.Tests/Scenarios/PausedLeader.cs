using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>
/// The leader's process is stopped (SIGSTOP) until another one leads and commits, then goes on: it finds itself deposed, follows, and nothing is
/// lost.
/// </summary>
internal static class PausedLeader
{
    public static async Task RunAsync(Stage stage, int rounds, TimeSpan hold)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        await group.LeaderAsync();
        var history = new History();
        var gaps = new List<TimeSpan>();
        var back = new List<TimeSpan>();
        await using (var load = new Load(group.NewClient(), history, 1))
        {
            for (var round = 0; round < rounds; round++)
            {
                await load.MoreAsync(100);
                var old = await group.LeaderAsync();
                load.TakeLongestGap();
                group.Process(old.Id).Pause();
                await load.MoreAsync(200);
                await Waits.HoldAsync(hold);
                gaps.Add(load.TakeLongestGap());
                group.Process(old.Id).Resume();
                var since = Stopwatch.GetTimestamp();
                LedgerStatus? seen = null;
                await Waits.UntilAsync(
                    async () =>
                    {
                        seen = await group.StatusOfAsync(old.Id);
                        return seen is { Role: MemberRole.Follower, LeaderId: not null } && seen.Term > old.Term ? seen : null;
                    },
                    $"{old.Id} to follow after its pause",
                    () => $"{seen}");
                back.Add(Stopwatch.GetElapsedTime(since));
            }

            await load.StopAsync();
        }

        await group.CheckAsync(history);
        stage.Figure("longest time without a commit, leader paused", Figures.Of(gaps));
        stage.Figure("it follows after its pause", Figures.Of(back));
        stage.Figure("acknowledged, unknown", FormattableString.Invariant($"{history.AckedCount}, {history.UnknownCount}"));
    }
}
