using System.Diagnostics;

namespace DLedger.Compare;

/// <summary>For what other processes bring about in their own time.</summary>
internal static class Waiting
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="what">What is waited for, in the message when it does not come.</param>
    /// <param name="ask">Null or an exception: not yet.</param>
    public static async Task<T> ForAsync<T>(string what, TimeSpan within, Func<Task<T?>> ask, CancellationToken stop)
        where T : class
    {
        var started = Stopwatch.GetTimestamp();
        string? why = null;
        using var timer = new PeriodicTimer(AskAgainAfter);
        do
        {
            try
            {
                if (await ask().ConfigureAwait(false) is { } answer) return answer;
            }
            catch (Exception trouble) when (trouble is not OperationCanceledException || !stop.IsCancellationRequested)
            {
                // Each client has its own exceptions for a server that is not up yet; the last one is told when none comes up.
                why = trouble.Message;
            }
        }
        while (Stopwatch.GetElapsedTime(started) < within && await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        throw new ComparisonFailedException($"no sign of {what} within {within.TotalSeconds:0} s{(why is null ? "" : ": " + why)}");
    }
}
