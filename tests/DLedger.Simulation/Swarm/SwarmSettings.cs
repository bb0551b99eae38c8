namespace DLedger.Simulation;

/// <summary>Draws the settings of the members: narrow limits reach states that wide ones hide.</summary>
internal static class SwarmSettings
{
    /// <returns>Lines of HOCON.</returns>
    public static string Draw(SwarmDraw draw, int size)
    {
        List<string> lines = ["append-timeout = 2s"];
        if (draw.Has("small batches", 0.3, out _)) lines.Add("batch-bytes-max = 1024");
        if (draw.Has("small push windows", 0.3, out var windows)) lines.Add($"push-window-batches = {windows.Next(1, 4)}");
        if (draw.Has("slow catch-up", 0.3, out var pace)) lines.Add($"catch-up-bytes-per-second = {1 << pace.Next(4, 14)}");
        if (draw.Has("few pending appends", 0.2, out _)) lines.Add("pending-entries-max = 8");
        // Members whose timeouts are much alike campaign at once. A ticking of 50 ms has to tell them apart some time, or nobody ever wins.
        if (draw.Has("narrow election timeouts", 0.25, out _)) lines.Add("election-timeout-max = 400ms");
        if (size > 1 && draw.Has("preferred leaders", 0.2, out _)) lines.Add("preferred-leaders = [\"n1\", \"n0\"] \n preferred-min-interval = 1s");
        return string.Join('\n', lines);
    }
}
