using System.Globalization;

namespace DLedger.Host;

/// <summary>What whoever started us wants to be ignored: a registration would take no notice of it.</summary>
internal static class IgnoredSignals
{
    private const string Mask = "SigIgn:";

    /// <summary>As under <c>nohup</c>.</summary>
    public static bool HangUpIsIgnored()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal));

        // The lowest bit is signal 1, SIGHUP.
        return line is not null
            && ulong.TryParse(line.AsSpan(Mask.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ignored)
            && (ignored & 1) != 0;
    }
}
