using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>
/// What a follower whose disk is slow, or that is dead, costs the others: full load on a group of three, in turns with all well, with the one, and
/// with the other.
/// </summary>
internal static class SickFollower
{
    private const int Outstanding = 1024;
    private const double WantedShare = 0.9;
    private const long CaughtUpBatches = 200;
    private static readonly TimeSpan SyncDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan MeasureTime = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(Stage stage, int rounds)
    {
        foreach (var size in (int[])[128, 1024]) await RunAsync(stage, rounds, size);
    }

    private static async Task RunAsync(Stage stage, int rounds, int sizeBytes)
    {
        // The log of a run of minutes at full speed would fill the disk.
        var group = new ServerGroup(stage, 3, "dledger.retention.bytes = 2GiB", cuttable: true);
        await group.StartAsync();
        var leader = await group.LeaderAsync();
        var sick = group.Ids.First(id => id != leader.Id);
        List<double> well = [], slow = [], dead = [];
        await using (var load = new FullLoad(group.NewClient(outstandingMax: Outstanding), sizeBytes, Outstanding))
        {
            for (var round = 0; round < rounds; round++)
            {
                await CaughtUpAsync(group, sick);
                well.Add(await SteadyRateAsync(load));
                await group.SlowSyncsAsync(sick, SyncDelay);
                slow.Add(await SteadyRateAsync(load));
                await group.SlowSyncsAsync(sick, TimeSpan.Zero);
                await CaughtUpAsync(group, sick);
                well.Add(await SteadyRateAsync(load));
                await group.KillAndWaitAsync(sick);
                dead.Add(await SteadyRateAsync(load));
                await group.StartAsync(sick);
                stage.Say(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{sizeBytes} B, round {round + 1}: well {well[^2]:0} and {well[^1]:0}, slow {slow[^1]:0}, dead {dead[^1]:0}"));
            }

            Expect.Equal(0, load.Failed, $"appends that failed, the first with {load.FirstFailure}");
        }

        var after = await group.LeaderAsync();
        Expect.Equal(leader.Term, after.Term, "the term after full load with a sick follower");
        Expect.That(!group.Process(leader.Id).HasExited, "the leader's process has ended");
        stage.Figure($"{sizeBytes} B, all well", Rates.Show(well));
        stage.Figure($"{sizeBytes} B, one follower with {SyncDelay.TotalMilliseconds:0} ms more a sync", Rates.Show(slow));
        stage.Figure(
            $"{sizeBytes} B, of the healthy group's rate with a slow follower", Rates.Against(Rates.Median(slow) / Rates.Median(well), WantedShare));
        stage.Figure($"{sizeBytes} B, one follower dead", Rates.Show(dead));
        stage.Figure(
            $"{sizeBytes} B, of the healthy group's rate with a dead follower", Rates.Against(Rates.Median(dead) / Rates.Median(well), WantedShare));
        await group.KillAndWaitAsync(group.Ids);
    }

    private static async Task<double> SteadyRateAsync(FullLoad load)
    {
        await Waits.HoldAsync(WarmUpTime);
        return await load.RateAsync(MeasureTime);
    }

    /// <summary>Under load nobody ever has everything; a follower that keeps up is a window behind at most.</summary>
    private static Task<string> CaughtUpAsync(ServerGroup group, string id) => Waits.UntilAsync(
        async () => (await group.StatusAsync()).FirstOrDefault(member => member.Status is { Role: MemberRole.Leader })?.Status?.Peers
            .Any(peer => peer.Id == id && peer is { State: PeerState.Append } && peer.Lag <= CaughtUpBatches) == true ? id : null,
        $"{id} to catch up");
}
