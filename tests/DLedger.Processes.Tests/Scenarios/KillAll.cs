using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>All members killed with -9 at once, under load, again and again: everything acknowledged is there afterwards.</summary>
internal static class KillAll
{
    private const int EntriesPerRound = 100;

    public static async Task RunAsync(Stage stage, int rounds)
    {
        var group = new ServerGroup(stage, 3);
        var history = new History();
        var back = new List<TimeSpan>();
        var number = 1L;
        await group.StartAsync();
        for (var round = 1; round <= rounds; round++)
        {
            var load = new Load(group.NewClient(), history, number);
            await using (load)
            {
                await load.MoreAsync(EntriesPerRound);
                group.Kill(group.Ids);
                await group.KillAndWaitAsync(group.Ids);
                var since = Stopwatch.GetTimestamp();
                await group.StartAsync();

                // What the load goes on sending is the first proof that the group is back.
                await load.MoreAsync(1);
                back.Add(Stopwatch.GetElapsedTime(since));
                await load.StopAsync();
                number = load.NextNumber;
            }

            var entries = await group.CheckAsync(history);
            stage.Say(
                FormattableString.Invariant(
                    $"round {round}: {history.AckedCount} acknowledged, {history.UnknownCount} unknown, {entries} in the log"));
        }

        stage.Figure("from the start of all to the next commit", Figures.Of(back));
        stage.Figure("acknowledged entries", history.AckedCount);
    }
}
