using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>
/// The network is cut in a shape that leaves a quorum connected, under load: the group goes on, and after the cut it heals by itself. No process is
/// restarted, nobody is quarantined, nothing acknowledged is lost.
/// </summary>
internal static class Partitions
{
    /// <summary>Commits that show that the rest goes on.</summary>
    private const int CommitsDuringCut = 200;

    /// <param name="stage">Where it plays.</param>
    /// <param name="shapes">One after the other, on one group for each number of members.</param>
    /// <param name="hold">How long each lasts at least; a test waits for its effects only.</param>
    public static async Task RunAsync(Stage stage, IEnumerable<PartitionShape> shapes, TimeSpan hold)
    {
        foreach (var sameSize in shapes.GroupBy(shape => shape.MembersCount))
        {
            var group = new ServerGroup(stage, sameSize.Key, cuttable: true);
            await group.StartAsync();
            await group.LeaderAsync();
            var history = new History();
            var number = 1L;
            foreach (var shape in sameSize)
            {
                await using var load = new Load(group.NewClient(TimeSpan.FromMinutes(2)), history, number);
                await load.MoreAsync(50);
                await CutAndHealAsync(stage, group, shape, load, hold);
                await load.StopAsync();
                number = load.NextNumber;
                await group.CheckAsync(history);
                group.ExpectNoQuarantine();
            }

            stage.Figure(
                FormattableString.Invariant($"{sameSize.Key} members: acknowledged, unknown"),
                FormattableString.Invariant($"{history.AckedCount}, {history.UnknownCount}"));
            await group.KillAndWaitAsync(group.Ids);
        }
    }

    private static async Task CutAndHealAsync(Stage stage, ServerGroup group, PartitionShape shape, Load load, TimeSpan hold)
    {
        var before = await group.LeaderAsync();
        string[] leaderFirst = [before.Id, .. group.Ids.Where(id => id != before.Id)];
        load.TakeLongestGap();
        await group.CutAsync(shape.Pairs(leaderFirst));
        await load.MoreAsync(CommitsDuringCut);
        await Waits.HoldAsync(hold);
        await load.MoreAsync(CommitsDuringCut);
        var gap = load.TakeLongestGap();
        await group.HealAsync();
        var since = Stopwatch.GetTimestamp();
        var after = await group.AllBackAsync();
        var healed = Stopwatch.GetElapsedTime(since);
        stage.Figure(
            $"{shape.Name}: longest time without a commit, healed after",
            FormattableString.Invariant($"{Figures.Ms(gap)}, {Figures.Ms(healed)} (term {before.Term} to {after.Term})"));
    }
}
