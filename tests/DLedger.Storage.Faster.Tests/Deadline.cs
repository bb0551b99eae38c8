using System.Diagnostics;
using Xunit;

namespace DLedger.Storage.Faster.Tests;

/// <summary>Waits of tests for what other threads do.</summary>
internal static class Deadline
{
    /// <summary>Far beyond anything a healthy store needs: it only turns a hang into a failure.</summary>
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(60);

    /// <summary>Returns, looking again at each pulse of the gate, once it has happened; else fails the test.</summary>
    /// <param name="gate">Locked while it looks.</param>
    /// <param name="happened">What is waited for.</param>
    /// <param name="instead">What there is instead, for the failure.</param>
    public static void WaitFor(object gate, Func<bool> happened, Func<string> instead)
    {
        var since = Stopwatch.GetTimestamp();
        lock (gate)
        {
            while (!happened())
            {
                var left = Time - Stopwatch.GetElapsedTime(since);
                if (left <= TimeSpan.Zero || !Monitor.Wait(gate, left)) Assert.Fail($"Not within {Time}: {instead()}");
            }
        }
    }
}
