using Xunit;

namespace DLedger.Host.Tests;

/// <summary>Needs <c>/dev/full</c>, a shell and signals.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux()) Skip = "Needs /dev/full, a shell and signals, as Linux has them.";
    }
}
