using System.Diagnostics;

namespace DLedger.Compare;

/// <summary>When the appends of a fixed rate are due. Its thread sleeps in between: spinning would take a core from the contender.</summary>
internal sealed class Pacer(int ratePerSecond)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Returns when the append of this number is due, or at once when that has passed; with the time at which it was due.</summary>
    public long WaitFor(long number)
    {
        var due = _started + (long)(number * (double)Stopwatch.Frequency / ratePerSecond);
        while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } wait) Libc.Sleep(wait);
        return due;
    }
}
