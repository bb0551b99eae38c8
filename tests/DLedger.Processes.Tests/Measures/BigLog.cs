using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// One member and a log that grows to half of the free disk: appends, memory, and reads at random places stay what they were. A disk is faster in one
/// minute than in the next, so appends to the large log are held against those to a small one at the same time, in turns.
/// </summary>
internal static class BigLog
{
    private const int EntryBytes = 1024;
    private const int Outstanding = 1024;
    private const int Rounds = 5;
    private const int GibLeast = 10;
    private const int Gets = 2000;
    private const long Gibi = 1L << 30;
    private const long WarmUpEntries = 128L << 10;
    private const double WantedAppends = 0.95;
    private const double WantedGets = 2;

    /// <param name="stage">Where it plays.</param>
    /// <param name="gibMost">Half of what is free on the disk, and never more than this.</param>
    public static async Task RunAsync(Stage stage, int gibMost)
    {
        var free = new DriveInfo(stage.NewFolder("free")).AvailableFreeSpace;
        var gib = (int)Math.Min(gibMost, free / 2 / Gibi);
        Expect.That(gib >= GibLeast, $"{free} bytes free on the disk are too few");
        stage.Figure("free on the disk, and the size of the large log at the end", $"{free / Gibi} GiB, {gib} GiB");
        var group = new ServerGroup(stage, 1);
        await group.StartAsync();
        await group.LeaderAsync();
        long before;
        await using (var load = NewLoad(group))
        {
            await load.CommitAsync(2 * Gibi / EntryBytes);
            before = ResidentBytes(group);
            for (var at = 2; at < gib - Rounds; at++)
            {
                var rate = await load.CommitAsync(Gibi / EntryBytes);
                if (at % 5 == 0) stage.Say(string.Create(CultureInfo.InvariantCulture, $"{at} GiB, {rate:0}/s, {ResidentBytes(group) >> 20} MiB"));
            }
        }

        await AppendsAsync(stage, group);
        stage.Figure(
            "memory of the server, after 2 GiB and at the end",
            $"{before >> 20} MiB, {ResidentBytes(group) >> 20} MiB; the index may take {(long)gib * Gibi / (64 << 10) * 32 >> 20} MiB");
        var inFirst = await GetsAsync(group, Gibi / EntryBytes);
        var inAll = await GetsAsync(group, gib * (Gibi / EntryBytes));
        stage.Figure(
            "a get at random in the first GiB, and in all, median",
            string.Create(CultureInfo.InvariantCulture, $"{inFirst.TotalMicroseconds:0} us, {inAll.TotalMicroseconds:0} us"));
        stage.Figure("that is times", Rates.AtMost(inAll / inFirst, WantedGets));
        await group.KillAndWaitAsync("n0");
    }

    /// <summary>A gigabyte to the large log, one to a log that began with one, and again.</summary>
    private static async Task AppendsAsync(Stage stage, ServerGroup large)
    {
        var small = new ServerGroup(stage, 1);
        await small.StartAsync();
        await small.LeaderAsync();
        await using (var load = NewLoad(small)) await load.CommitAsync(Gibi / EntryBytes);
        List<double> toLarge = [], toSmall = [], ratios = [];
        for (var round = 0; round < Rounds; round++)
        {
            // Who comes second may find the disk busy with the first: each is second in turn.
            if (round % 2 == 1) toSmall.Add(await RateAsync(small));
            toLarge.Add(await RateAsync(large));
            if (round % 2 == 0) toSmall.Add(await RateAsync(small));
            ratios.Add(toLarge[^1] / toSmall[^1]);
            stage.Say(
                string.Create(
                    CultureInfo.InvariantCulture, $"round {round + 1}: {toLarge[^1]:0}/s to the large log, {toSmall[^1]:0}/s to the small one"));
        }

        await small.KillAndWaitAsync("n0");
        stage.Figure("appends to the large log", Rates.Show(toLarge));
        stage.Figure("appends to a small one in turns", Rates.Show(toSmall));
        stage.Figure("of the rate of a small log, median of the rounds", Rates.Against(Rates.Median(ratios), WantedAppends));
    }

    private static async Task<double> RateAsync(ServerGroup group)
    {
        await using var load = NewLoad(group);
        await load.CommitAsync(WarmUpEntries);
        return await load.CommitAsync((Gibi / EntryBytes) - WarmUpEntries);
    }

    private static FullLoad NewLoad(ServerGroup group) => new(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding);

    private static long ResidentBytes(ServerGroup group) => Memory.ResidentBytes(group.Process("n0").Id);

    /// <returns>The median.</returns>
    private static async Task<TimeSpan> GetsAsync(ServerGroup group, long entries)
    {
        var dice = new Random(7);
        var times = new List<TimeSpan>();
        for (var i = 0; i < Gets; i++)
        {
            var index = dice.NextInt64(entries);
            var since = Stopwatch.GetTimestamp();
            var result = await group.Client.ReadAsync(new Read(index, 1, EntryBytes, ReadMode.Local));
            times.Add(Stopwatch.GetElapsedTime(since));
            Expect.That(result is ReadResult.Entries { Items: [var entry] } && entry.Index == index, $"get {index}: {result}");
        }

        return times.Order().ElementAt(times.Count / 2);
    }
}
