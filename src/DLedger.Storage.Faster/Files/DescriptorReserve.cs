using Microsoft.Win32.SafeHandles;

namespace DLedger.Storage.Faster;

/// <summary>
/// A few file descriptors of the process that are kept for what must not fail: the next segment, a checkpoint, the folder's sync. Sockets may use up
/// all others. Shared by all stores.
/// </summary>
internal static class DescriptorReserve
{
    private const int Kept = 8;

    private static readonly Lock s_gate = new();
    private static readonly Stack<SafeFileHandle> s_spare = new();

    /// <summary>Fills it up, as far as the system allows.</summary>
    public static void Fill()
    {
        if (!OperatingSystem.IsLinux()) return;
        lock (s_gate)
        {
            while (s_spare.Count < Kept)
            {
                if (LinuxDisk.TryOpenSpare() is not { } spare) return;
                s_spare.Push(spare);
            }
        }
    }

    /// <summary>Gives one back to the system, for the caller to open something with; false when none is left.</summary>
    public static bool TryGiveUp()
    {
        lock (s_gate)
        {
            if (!s_spare.TryPop(out var spare)) return false;
            spare.Dispose();
            return true;
        }
    }
}
