using System.Runtime.InteropServices;

namespace DLedger.Remoting;

/// <summary>How many files and sockets this process may have open.</summary>
internal static partial class Descriptors
{
    private const int OpenFiles = 7;

    /// <summary>Null where the operating system is not asked (it is on Linux), or does not tell.</summary>
    public static long? Max =>
        OperatingSystem.IsLinux() && getrlimit(OpenFiles, out var limits) == 0 ? (long)Math.Min(limits.Soft, long.MaxValue) : null;

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong Soft;
        public ulong Hard;
    }
}
