using System.Text.Json;

namespace DLedger.Compare;

/// <summary>The process that appends: connects to a contender, or makes it, runs one load and prints the result.</summary>
internal static class LoadProcess
{
    /// <summary>The role that <see cref="ChildProcess.StartSelf"/> names.</summary>
    public const string Role = "load";

    /// <summary>Besides warm-up and window: starting, electing, draining.</summary>
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(90);

    public static async Task<LoadResult> StartAsync(LoadPlan plan, ServerProcesses servers, CancellationToken stop)
    {
        await using var child = ChildProcess.StartSelf(Role, JsonSerializer.Serialize(plan, Json.Options), plan.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var within = TimeSpan.FromSeconds(plan.WarmUpSeconds + plan.Seconds) + HangTimeout;
        limit.CancelAfter(within);
        try
        {
            if (await child.EndedAsync(limit.Token).ConfigureAwait(false) == 0 && child.LastOutput is { } line)
                return JsonSerializer.Deserialize<LoadResult>(line, Json.Options)!;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ComparisonFailedException($"the load did not end within {within.TotalSeconds:0} s: {child.Tail} {servers.Tail}");
        }

        throw new ComparisonFailedException($"the load failed: {child.Tail} {servers.Tail}".TrimEnd());
    }

    /// <summary>In the child.</summary>
    public static async Task RunAsync(LoadPlan plan, CancellationToken stop)
    {
        var contender = await Contender.Find(plan.Contender)!.ConnectAsync(plan, stop).ConfigureAwait(false);
        var result = await new LoadRun(contender, plan).RunAsync(stop).ConfigureAwait(false);
        Console.WriteLine(JsonSerializer.Serialize(result, Json.Options));

        // The processes are ended and their folders deleted next; a clean stop of a contender would only take its time.
    }
}
