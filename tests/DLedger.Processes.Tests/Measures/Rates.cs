using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Rates of one kind, measured round by round, and how they compare.</summary>
internal static class Rates
{
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (
            sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static string Show(IEnumerable<double> values) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"median {Median(values):0}/s of {string.Join(", ", values.Select(value => value.ToString("0", CultureInfo.InvariantCulture)))}");

    /// <summary>What was reached of what was wanted; a miss is said, it does not end the run.</summary>
    public static string Against(double reached, double wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"{reached:0.0 %} (wanted: at least {wanted:0 %}) {(reached >= wanted ? "reached" : "MISSED")}");

    public static string AtMost(double reached, double wanted) =>
        string.Create(CultureInfo.InvariantCulture, $"{reached:0.00} (wanted: at most {wanted:0.00}) {(reached <= wanted ? "reached" : "MISSED")}");
}
