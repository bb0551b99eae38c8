using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// How long one member takes from the start of its process until it listens, and what memory it holds, with a log that doubles: after a clean stop,
/// and after kill -9 under full load.
/// </summary>
internal static class Opening
{
    private const int EntryBytes = 1024;
    private const int Outstanding = 1024;
    private const int Rounds = 3;
    private const int EntriesBeforeKill = 100_000;
    private const long Gibi = 1L << 30;

    /// <param name="stage">Where it plays.</param>
    /// <param name="gibMost">The log's last size; half of what is free on the disk must hold it.</param>
    public static async Task RunAsync(Stage stage, int gibMost)
    {
        var free = new DriveInfo(stage.NewFolder("free")).AvailableFreeSpace;
        Expect.That(free / 2 > gibMost * Gibi, $"{free} bytes free on the disk are too few for {gibMost} GiB");
        var group = new ServerGroup(stage, 1);
        await group.StartAsync();
        await OpenAsync(stage, group, 0);
        for (var gib = 1; gib <= gibMost; gib *= 2)
        {
            var missing = (gib * Gibi / EntryBytes) - (await group.LeaderAsync()).LastIndex;
            await using (var load = NewLoad(group)) await load.CommitAsync(missing);
            await OpenAsync(stage, group, gib);
        }

        await group.KillAndWaitAsync("n0");
    }

    private static async Task OpenAsync(Stage stage, ServerGroup group, int gib)
    {
        List<double> stopped = [], killed = [], atRest = [], loaded = [];
        for (var round = 0; round < Rounds; round++)
        {
            group.Process("n0").Terminate();
            await group.Process("n0").ExitAsync();
            stopped.Add(await StartAsync(group));
            atRest.Add(MemoryOf(group));
            // What is under way when the process is killed gets its answer from the next one.
            await using var load = NewLoad(group);
            await load.CommitAsync(EntriesBeforeKill);
            loaded.Add(MemoryOf(group));
            await group.KillAndWaitAsync("n0");
            killed.Add(await StartAsync(group));
            stage.Row(
                "opening", "gib,stopSeconds,killSeconds,restMiB,loadMiB",
                $"{gib},{stopped[^1]:0.000},{killed[^1]:0.000},{atRest[^1]:0},{loaded[^1]:0}");
        }

        stage.Figure(
            string.Create(CultureInfo.InvariantCulture, $"{gib} GiB, from the start of the process until it listens"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Rates.Median(stopped):0.00} s after a clean stop, {Rates.Median(killed):0.00} s after kill -9; {Rates.Median(atRest):0} MiB at rest, {Rates.Median(loaded):0} MiB under load"));
    }

    private static async Task<double> StartAsync(ServerGroup group)
    {
        var since = Stopwatch.GetTimestamp();
        await group.StartAsync("n0");
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await group.LeaderAsync();
        return seconds;
    }

    private static double MemoryOf(ServerGroup group) => (double)Memory.ResidentBytes(group.Process("n0").Id) / (1 << 20);

    private static FullLoad NewLoad(ServerGroup group) => new(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding);
}
