using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Full load for a long time, with retention at work: nobody may call an election.</summary>
internal static class LongLoad
{
    private const int Outstanding = 1024;
    private const int EntryBytes = 1024;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(Stage stage, TimeSpan length)
    {
        var group = new ServerGroup(stage, 3, "dledger.retention.bytes = 2GiB");
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        List<double> rates = [];
        await using (var load = new FullLoad(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding))
        {
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < length;)
            {
                rates.Add(await load.RateAsync(Turn));
                var now = await group.LeaderAsync();
                Expect.Equal(
                    leader.Term, now.Term,
                    string.Create(CultureInfo.InvariantCulture, $"the term after {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s of full load"));
                if (rates.Count % 10 == 0)
                    stage.Say(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Stopwatch.GetElapsedTime(since).TotalMinutes:0} min, {rates[^1]:0}/s, kept from {now.FirstIndex} to {now.LastIndex}"));
            }

            Expect.Equal(0, load.Failed, $"appends that failed, the first with {load.FirstFailure}");
            stage.Figure("entries committed", load.Committed);
        }

        stage.Figure(
            "full load without an election",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{length.TotalMinutes:0} min, {rates.Min():0} to {rates.Max():0}/s, median {Rates.Median(rates):0}/s"));
    }
}
