using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Of a row of measurements, what is printed.</summary>
internal static class Figures
{
    public static string Of(IReadOnlyCollection<TimeSpan> times)
    {
        if (times.Count == 0) return "none measured";
        var sorted = times.Order().ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"median {Ms(sorted[sorted.Length / 2])}, least {Ms(sorted[0])}, most {Ms(sorted[^1])} of {sorted.Length}");
    }

    public static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}
