using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DLedger.Processes.Tests;

/// <summary>Signals to a process by its id.</summary>
internal static partial class Signals
{
    private const int Term = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    public static void Terminate(int pid) => Send(pid, Term);

    public static void Pause(int pid) => Send(pid, Stop);

    public static void Resume(int pid) => Send(pid, Continue);

    private static void Send(int pid, int signal)
    {
        if (Kill(pid, signal) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"signal {signal} to process {pid}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);
}
