using System.Runtime.CompilerServices;

namespace DLedger.Processes.Tests;

/// <summary>Waiting for what other processes do. The deadline is one that only a hang can reach.</summary>
internal static class Waits
{
    public static readonly TimeSpan HangTimeout = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for an event, and says for which one when it does not come.</summary>
    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(HangTimeout);
        }
        catch (TimeoutException late)
        {
            throw new ScenarioFailedException($"waited {HangTimeout.TotalMinutes} minutes in vain for: {what}", late);
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await Within((Task)task, what);
        return await task;
    }

    /// <summary>Asks again until there is an answer: another process's state can only be asked for.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> look, string what, Func<string>? last = null)
        where T : class
    {
        using var deadline = new CancellationTokenSource(HangTimeout);
        using var timer = new PeriodicTimer(LookAgainAfter);
        try
        {
            do
            {
                if (await look().WaitAsync(deadline.Token) is { } found) return found;
            }
            while (await timer.WaitForNextTickAsync(deadline.Token));
        }
        catch (OperationCanceledException late) when (deadline.IsCancellationRequested)
        {
            throw new ScenarioFailedException(
                $"waited {HangTimeout.TotalMinutes} minutes in vain for: {what}{(last is null ? "" : $"; last seen: {last()}")}", late);
        }

        throw new InvalidOperationException("A timer that nobody stopped ended.");
    }

    /// <summary>How long a fault lasts in a long run, where the length is what is tried. Tests hold a fault until something has happened.</summary>
    public static async Task HoldAsync(TimeSpan length)
    {
        // No timer runs for less.
        if (length < TimeSpan.FromMilliseconds(1)) return;
        using var timer = new PeriodicTimer(length);
        await timer.WaitForNextTickAsync();
    }
}
