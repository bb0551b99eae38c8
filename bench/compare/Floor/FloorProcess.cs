using System.Text.Json;

namespace DLedger.Compare;

/// <summary>Measures what no log on this machine can beat: its disk and its messages, bare.</summary>
internal static class FloorProcess
{
    /// <summary>The role that <see cref="ChildProcess.StartSelf"/> names.</summary>
    public const string Role = "floor";

    private const int Tests = 7;
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(60);

    public static async Task<FloorRow> StartAsync(FloorPlan plan, CancellationToken stop)
    {
        await using var child = ChildProcess.StartSelf(Role, JsonSerializer.Serialize(plan, Json.Options), plan.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(TimeSpan.FromSeconds(Tests * plan.PlannedSeconds) + HangTimeout);
        try
        {
            if (await child.EndedAsync(limit.Token).ConfigureAwait(false) == 0 && child.LastOutput is { } line)
                return JsonSerializer.Deserialize<FloorRow>(line, Json.Options)!;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ComparisonFailedException($"the floor's measurements did not end: {child.Tail}");
        }

        throw new ComparisonFailedException($"the floor could not be measured: {child.Tail}");
    }

    /// <summary>In the child.</summary>
    public static async Task RunAsync(FloorPlan plan, CancellationToken stop)
    {
        // Half the time of a cell each: seven of them belong to one round.
        var disk = new BareDisk(plan.Folder, TimeSpan.FromSeconds(plan.PlannedSeconds / 2));
        var overwrite = disk.SyncLatency(preallocated: false);
        var fresh = disk.SyncLatency(preallocated: true);
        var writers = disk.Bandwidth();
        var remote = await BareRemote.StartAsync(TimeSpan.FromSeconds(plan.PlannedSeconds / 2), stop).ConfigureAwait(false);
        var roundTrip = await remote.RoundTripAsync(stop).ConfigureAwait(false);
        var bulk = await remote.BulkAsync(stop).ConfigureAwait(false);
        var row = new FloorRow(
            plan.Round, plan.PlannedSeconds, overwrite.P50Ms, overwrite.P99Ms, fresh.P50Ms, fresh.P99Ms, writers, roundTrip.P50Ms, roundTrip.P99Ms,
            bulk);
        Console.WriteLine(JsonSerializer.Serialize(row, Json.Options));
    }
}
