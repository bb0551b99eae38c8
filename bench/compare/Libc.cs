using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DLedger.Compare;

/// <summary>What .NET has no call for.</summary>
internal static partial class Libc
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Data and what is needed to read it again, on disk. .NET's own flush is fsync(2).</summary>
    public static void DataSync(SafeFileHandle file)
    {
        if (FDataSync(file) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Sleeps to the microsecond, which .NET does only to the millisecond. A signal may wake it early.</summary>
    public static void Sleep(TimeSpan time)
    {
        var nanoseconds = (long)time.TotalNanoseconds;
        _ = NanoSleep(new TimeSpec(nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond), IntPtr.Zero);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpec request, IntPtr remaining);

    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds)
    {
        public TimeSpec(long seconds, long nanoseconds)
            : this((nint)seconds, (nint)nanoseconds)
        {
        }
    }
}
