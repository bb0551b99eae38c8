using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>How fast a follower that was away for gigabytes comes back: with nothing else to do, and while appends go on at full speed.</summary>
internal static class CatchUp
{
    private const int EntryBytes = 1024;
    private const int Outstanding = 1024;
    private const double WantedIdle = 0.6;
    private const double WantedLoaded = 0.25;
    private const double WantedAppends = 0.7;
    private static readonly TimeSpan RateTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(Stage stage, long bytes)
    {
        var bandwidth = BareDisk.SequentialBytesPerSecond(stage.NewFolder("bare"), 2L << 30);
        stage.Figure("bare disk, one writer, 1 MiB and fdatasync", Mega(bandwidth));
        await IdleAsync(stage, bytes, bandwidth);
        await LoadedAsync(stage, bytes, bandwidth);
    }

    private static async Task IdleAsync(Stage stage, long bytes, double bandwidth)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var follower = group.Ids.First(id => id != leader.Id);
        await group.KillAndWaitAsync(follower);
        var last = await AppendAsync(group, bytes);
        await group.StartAsync(follower);
        var since = Stopwatch.GetTimestamp();
        var (reached, time) = await FlushedAsync(group, follower, last, since);
        var rate = (reached + 1.0) * EntryBytes / time.TotalSeconds;
        stage.Figure("caught up with nothing else to do", $"{Gibi(bytes)} in {Figures.Ms(time)}: {Mega(rate)}");
        stage.Figure("of the disk's bandwidth", Rates.Against(rate / bandwidth, WantedIdle));
        Expect.Equal(leader.Term, (await group.LeaderAsync()).Term, "the term after the follower caught up");
        await group.KillAndWaitAsync(group.Ids);
        foreach (var id in group.Ids) Directory.Delete(group.FolderOf(id), recursive: true);
    }

    private static async Task LoadedAsync(Stage stage, long bytes, double bandwidth)
    {
        var group = new ServerGroup(stage, 3);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var before = await HealthyRateAsync(group);
        var healthy = await group.LeaderAsync();
        Expect.Equal(leader.Term, healthy.Term, "the term after the healthy group's load");
        var follower = group.Ids.First(id => id != healthy.Id);
        await group.KillAndWaitAsync(follower);
        await AppendAsync(group, bytes);
        double appends;
        long last;
        await using (var load = NewLoad(group))
        {
            await group.StartAsync(follower);
            var since = Stopwatch.GetTimestamp();
            var first = (await group.StatusOfAsync(follower))?.FlushedIndex ?? -1;
            var committed = load.Committed;
            // Catching up with a target that moves: over when it is reached, or after as long as the wanted rate would take for what was there at the
            // start.
            var most = TimeSpan.FromSeconds(bytes / (WantedLoaded * bandwidth));
            var reached = first;
            var time = TimeSpan.Zero;
            while (time < most)
            {
                await Waits.HoldAsync(LookAgainAfter);
                time = Stopwatch.GetElapsedTime(since);
                if (await group.StatusOfAsync(follower) is not { } status) continue;
                reached = status.FlushedIndex;
                if (load.LastIndex - reached < 2L * Outstanding * 16) break;
            }

            var rate = (reached - first) * (double)EntryBytes / time.TotalSeconds;
            appends = (load.Committed - committed) / time.TotalSeconds;
            last = load.LastIndex;
            stage.Figure("caught up under full load", $"{Mega(rate)} over {Figures.Ms(time)}, {load.LastIndex - reached} entries behind then");
            stage.Figure("of the disk's bandwidth, under load", Rates.Against(rate / bandwidth, WantedLoaded));
            Expect.Equal(0, load.Failed, $"appends that failed, the first with {load.FirstFailure}");
        }

        // The healthy group before and after: the disk of one minute is not that of the next.
        await FlushedAsync(group, follower, last, Stopwatch.GetTimestamp());
        var after = await HealthyRateAsync(group);
        stage.Figure(
            "appends to the healthy group before, meanwhile, and after",
            string.Create(CultureInfo.InvariantCulture, $"{before:0}/s, {appends:0}/s, {after:0}/s"));
        stage.Figure("appends meanwhile, of the healthy group's rate", Rates.Against(appends / ((before + after) / 2), WantedAppends));
        Expect.Equal(leader.Term, (await group.LeaderAsync()).Term, "the term after the follower caught up under load");
        await group.KillAndWaitAsync(group.Ids);
    }

    private static async Task<double> HealthyRateAsync(ServerGroup group)
    {
        double rate;
        await using (var load = NewLoad(group))
        {
            await Waits.HoldAsync(RateTime / 2);
            rate = await load.RateAsync(RateTime);
        }

        await group.ConvergedAsync();
        return rate;
    }

    private static FullLoad NewLoad(ServerGroup group) => new(group.NewClient(outstandingMax: Outstanding), EntryBytes, Outstanding);

    /// <returns>The last entry.</returns>
    private static async Task<long> AppendAsync(ServerGroup group, long bytes)
    {
        await using var load = NewLoad(group);
        await load.CommitAsync(bytes / EntryBytes);
        return load.LastIndex;
    }

    private static async Task<(long Reached, TimeSpan Time)> FlushedAsync(ServerGroup group, string id, long last, long since)
    {
        while (true)
        {
            if (await group.StatusOfAsync(id) is { } status && status.FlushedIndex >= last)
                return (status.FlushedIndex, Stopwatch.GetElapsedTime(since));
            Expect.That(!group.Process(id).HasExited, $"the process of {id} has ended");
            await Waits.HoldAsync(LookAgainAfter);
        }
    }

    private static string Mega(double bytesPerSecond) => string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond / 1e6:0} MB/s");

    private static string Gibi(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB");
}
