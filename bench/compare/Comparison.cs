using System.Globalization;

namespace DLedger.Compare;

/// <summary>
/// Runs all contenders in turn: round by round, cell by cell, every contender with fresh processes in a fresh folder. Neighbours in time are compared
/// with each other, since a machine's figures wander; each round begins with another contender, so that none has always the same neighbour.
/// </summary>
internal sealed class Comparison(ComparisonPlan plan, ResultSet results, Action<string> say)
{
    /// <summary>A disk does not take more than this for long.</summary>
    private const long BytesPerSecondMax = 800L << 20;

    /// <summary>What members reserve ahead, and what must be left for others.</summary>
    private const long BytesAlways = 5L << 30;

    private readonly int _total = plan.Rounds * plan.Cells.Count * plan.Contenders.Count;
    private int _done;

    /// <summary>How many runs failed.</summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        results.Add(new ResultLine(Machine: MachineRow.Here()));
        var failed = 0;
        for (var round = 1; round <= plan.Rounds; round++)
        {
            if (plan.WithFloor && !results.HasFloor(round, plan.Seconds)) await MeasureFloorAsync(round, stop).ConfigureAwait(false);
            foreach (var cell in plan.Cells)
            {
                for (var i = 0; i < plan.Contenders.Count; i++)
                {
                    var contender = plan.Contenders[(i + round - 1) % plan.Contenders.Count];
                    if (!await MeasureAsync(round, cell, contender, stop).ConfigureAwait(false)) failed++;
                }
            }
        }

        return failed;
    }

    private async Task<bool> MeasureAsync(int round, Cell cell, Contender contender, CancellationToken stop)
    {
        _done++;
        var row = new RunRow(round, contender.Name, cell.SizeBytes, cell.Outstanding, plan.RatePerSecond, plan.Seconds, null, null);
        if (results.Has(row)) return true;
        using var folder = new FreshFolder(plan.Folder);
        folder.CheckSpace(BytesAlways + (long)((plan.WarmUpSeconds + plan.Seconds) * BytesPerSecondMax));
        try
        {
            await using var servers = contender.StartServers(folder.Path);
            var load = new LoadPlan(
                contender.Name, servers.Target, folder.Path, cell.SizeBytes, cell.Outstanding, plan.RatePerSecond, plan.WarmUpSeconds, plan.Seconds,
                servers.Pids);
            row = row with { Load = await LoadProcess.StartAsync(load, servers, stop).ConfigureAwait(false) };
        }
        catch (ComparisonFailedException trouble)
        {
            row = row with { Failure = trouble.Message };
        }

        results.Add(new ResultLine(Run: row));
        say(string.Create(CultureInfo.InvariantCulture, $"[{_done}/{_total}] round {round}  {cell,-11} {contender.Name,-15} {Show(row)}"));
        return row.Failure is null;
    }

    private async Task MeasureFloorAsync(int round, CancellationToken stop)
    {
        using var folder = new FreshFolder(plan.Folder);
        folder.CheckSpace(BytesAlways);
        var floor = await FloorProcess.StartAsync(new FloorPlan(round, folder.Path, plan.Seconds), stop).ConfigureAwait(false);
        results.Add(new ResultLine(Floor: floor));
        say(string.Create(
            CultureInfo.InvariantCulture,
            $"round {round}  floor: fdatasync p50 {floor.OverwriteP50Ms:0.00} ms, three writers {floor.BestBytesPerSecond / 1e6:0} MB/s, remote "
            + $"round trip p50 {floor.RoundTripP50Ms:0.00} ms"));
    }

    private static string Show(RunRow row) => row.Load is not { } load ? $"FAILED: {row.Failure}" : string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Throughput,9:0}/s  p50 {load.P50Ms:0.00} ms  p99 {load.P99Ms:0.00} "
        + $"ms{(load.Errors == 0 ? "" : $"  {load.Errors} ERRORS: {load.FirstError}")}");
}
