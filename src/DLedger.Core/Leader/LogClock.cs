namespace DLedger.Core;

/// <summary>The log time while a member leads: that of the tail when it began to, and what its monotonic clock shows since (SAFETY 75).</summary>
/// <param name="From">The time of the tail when the leadership began.</param>
/// <param name="Since">When that was.</param>
internal readonly record struct LogClock(LogTime From, TimeSpan Since)
{
    public LogTime At(TimeSpan now)
    {
        var passed = Math.Max(0, (now - Since).Ticks / TimeSpan.TicksPerMicrosecond);
        return new LogTime(Math.Min(LogTime.Max.Microseconds, From.Microseconds + passed));
    }
}
