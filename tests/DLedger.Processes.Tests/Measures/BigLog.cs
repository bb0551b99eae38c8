using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>One member and a log that grows to half of the free disk: appends, memory, and reads at random places stay what they were.</summary>
internal static class BigLog
{
    private const int EntryBytes = 1024;
    private const int Outstanding = 1024;
    private const int Gets = 2000;
    private const long Gibi = 1L << 30;
    private const double WantedAppends = 0.95;
    private const double WantedGets = 2;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <param name="stage">Where it plays.</param>
    /// <param name="gibMost">Half of what is free on the disk, and never more than this.</param>
    public static async Task RunAsync(Stage stage, int gibMost)
    {
        var free = new DriveInfo(stage.NewFolder("free")).AvailableFreeSpace;
        var gib = (int)Math.Min(gibMost, free / 2 / Gibi);
        Expect.That(gib >= 3, $"{free} bytes free on the disk are too few");
        stage.Figure("free on the disk, and the log's size at the end", $"{free / Gibi} GiB, {gib} GiB");
        var group = new ServerGroup(stage, 1);
        await group.StartAsync();
        await group.LeaderAsync();
        var rows = new List<Row>();
        await using (var load = new FullLoad(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding))
        {
            await GrowAsync(load, 1);
            // The first gigabyte is the warm-up; each of the others is a measurement.
            for (var i = 2; i <= gib; i++)
            {
                var before = load.Committed;
                var since = Stopwatch.GetTimestamp();
                await GrowAsync(load, i);
                rows.Add(new Row(i, (load.Committed - before) / Stopwatch.GetElapsedTime(since).TotalSeconds, Memory.ResidentBytes(group.Process("n0").Id)));
                if (i % 5 == 0 || i == 2) stage.Say(rows[^1].ToString());
            }

            Expect.Equal(0, load.Failed, $"appends that failed, the first with {load.FirstFailure}");
        }

        var few = Math.Min(5, rows.Count / 2);
        var first = Rates.Median(rows.Take(few).Select(row => row.Rate));
        var last = Rates.Median(rows.TakeLast(few).Select(row => row.Rate));
        stage.Figure("appends at the start and at the end", string.Create(CultureInfo.InvariantCulture, $"{first:0}/s, {last:0}/s"));
        stage.Figure("of the rate at the start", Rates.Against(last / first, WantedAppends));
        stage.Figure("memory of the server, after 2 GiB and at the end", $"{rows[0].ResidentBytes >> 20} MiB, {rows[^1].ResidentBytes >> 20} MiB; the index may take {(long)gib * Gibi / (64 << 10) * 32 >> 20} MiB");
        var inFirst = await GetsAsync(group, Gibi / EntryBytes);
        var inAll = await GetsAsync(group, gib * (Gibi / EntryBytes));
        stage.Figure("a get at random in the first GiB, and in all, median", string.Create(CultureInfo.InvariantCulture, $"{inFirst.TotalMicroseconds:0} us, {inAll.TotalMicroseconds:0} us"));
        stage.Figure("that is times", Rates.AtMost(inAll / inFirst, WantedGets));
        await group.KillAndWaitAsync("n0");
    }

    private static async Task GrowAsync(FullLoad load, int gib)
    {
        while (load.Committed * EntryBytes < gib * Gibi) await Patience.HoldAsync(LookAgainAfter);
    }

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

    private sealed record Row(int Gib, double Rate, long ResidentBytes)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Gib} GiB, {Rate:0}/s, {ResidentBytes >> 20} MiB");
    }
}
