using System.Globalization;

namespace DLedger.Compare;

/// <summary>A figure over several rounds.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    /// <summary>Null when there is nothing to take a median of.</summary>
    public static Spread? Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        if (sorted.Count == 0) return null;
        var middle = sorted.Count / 2;
        return new Spread(sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    /// <summary>Median and, when there was more than one, least and most.</summary>
    /// <param name="format">As of <see cref="double.ToString(string)"/>.</param>
    public string Show(string format) =>
        Least.Equals(Most) ? Text(Median, format) : $"{Text(Median, format)} ({Text(Least, format)}–{Text(Most, format)})";

    private static string Text(double figure, string format) => figure.ToString(format, CultureInfo.InvariantCulture);
}
