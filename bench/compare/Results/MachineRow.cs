using System.Runtime.InteropServices;

namespace DLedger.Compare;

/// <summary>Where a run took place: figures of different machines are not to be compared.</summary>
internal sealed record MachineRow(DateTimeOffset Started, string System, string Runtime, int Cores, long MemoryBytes)
{
    public static MachineRow Here() => new(
        TimeProvider.System.GetUtcNow(),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
