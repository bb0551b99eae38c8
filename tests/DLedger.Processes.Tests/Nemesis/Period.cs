using System.Diagnostics;

namespace DLedger.Processes.Tests;

/// <summary>A stretch of time within which something is done again and again, at times drawn at random.</summary>
internal sealed class Period(TimeSpan length, Random dice)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    public bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>Waits between so many seconds, but not beyond the end.</summary>
    public Task WaitAsync(double least, double most)
    {
        var drawn = TimeSpan.FromSeconds(least + (dice.NextDouble() * (most - least)));
        return Waits.HoldAsync(drawn < Left ? drawn : Left);
    }

    /// <summary>Waits for what is left of it.</summary>
    public Task EndAsync() => Waits.HoldAsync(Left);

    private TimeSpan Left => length - Stopwatch.GetElapsedTime(_start);
}
