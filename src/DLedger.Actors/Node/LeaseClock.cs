using System.Runtime.InteropServices;

namespace DLedger.Node;

/// <summary>
/// The clock of leases. The clock of .NET stands still while a Linux machine sleeps, so a leader that wakes up would take a lease of before for a
/// valid one.
/// </summary>
internal static partial class LeaseClock
{
    /// <summary>CLOCK_BOOTTIME: as the monotonic one, with the time that the machine slept.</summary>
    private const int BootTime = 7;

    /// <summary>Null where we know of no such clock: there, leases are not relied on.</summary>
    public static Func<TimeSpan>? OfSystem { get; } = OperatingSystem.IsLinux() && Environment.Is64BitProcess && TryRead(out _) ? Read : null;

    private static TimeSpan Read() => TryRead(out var now) ? now : TimeSpan.MaxValue;

    private static bool TryRead(out TimeSpan now)
    {
        var isRead = clock_gettime(BootTime, out var time) == 0;
        now = new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
        return isRead;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Time time);

    /// <summary>As 64-bit Linux has it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
