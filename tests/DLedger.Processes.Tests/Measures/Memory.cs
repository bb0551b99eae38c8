using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>What another process holds in memory, as Linux tells.</summary>
internal static class Memory
{
    private const string Resident = "VmRSS:";

    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status"))
            .First(line => line.StartsWith(Resident, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Resident.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
