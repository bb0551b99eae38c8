namespace DLedger.Processes.Tests;

/// <summary>A test that mounts a file system of its own, which only root may; skipped, with the reason, for others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Skip = "needs root on Linux, to mount a small file system";
    }
}
