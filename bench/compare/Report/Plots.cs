using System.Globalization;

namespace DLedger.Compare;

/// <summary>
/// The closed loops of a results file as pictures: latency against throughput and throughput against outstanding, one for each size; throughput
/// against size, one for each count of outstanding.
/// </summary>
internal sealed class Plots(ResultSet results)
{
    private readonly IReadOnlyList<CellRows> _cells = [.. CellRows.Of(results.Runs).Where(rows => rows.RatePerSecond == 0)];

    /// <summary>Writes those that have a line to show; returns their names.</summary>
    public IReadOnlyList<string> Save(string folder)
    {
        Directory.CreateDirectory(folder);
        return [.. BySize().Concat(ByOutstanding()).Where(plot => plot.Lines.Any(line => line.Points.Count > 1)).Select(plot =>
        {
            plot.Picture.Save(folder, plot.Name, plot.Lines);
            return plot.Name;
        })];
    }

    private IEnumerable<(string Name, Picture Picture, IReadOnlyList<PlotLine> Lines)> BySize()
    {
        foreach (var size in _cells.GroupBy(rows => rows.Cell.SizeBytes).OrderBy(group => group.Key))
        {
            var cells = size.OrderBy(rows => rows.Cell.Outstanding).ToList();
            var text = Cell.SizeText(size.Key);
            yield return (
                Name($"latency-{size.Key}"),
                new Picture($"Latency against throughput, {text}, more outstanding from point to point", "entries/s", "p50, ms"),
                Lines(cells, (rows, name) => (Throughput(rows, name), rows.Over(name, row => row.Load!.P50Ms)?.Median ?? 0)));
            yield return (
                Name($"outstanding-{size.Key}"),
                new Picture($"Throughput against outstanding, {text}", "appends outstanding", "entries/s"),
                Lines(cells, (rows, name) => (rows.Cell.Outstanding, Throughput(rows, name))));
        }
    }

    private IEnumerable<(string Name, Picture Picture, IReadOnlyList<PlotLine> Lines)> ByOutstanding()
    {
        foreach (var outstanding in _cells.GroupBy(rows => rows.Cell.Outstanding).OrderBy(group => group.Key))
        {
            yield return (
                Name($"size-{outstanding.Key}"),
                new Picture(Name($"Throughput against entry size, {outstanding.Key} outstanding"), "bytes an entry", "entries/s"),
                Lines([.. outstanding.OrderBy(rows => rows.Cell.SizeBytes)], (rows, name) => (rows.Cell.SizeBytes, Throughput(rows, name))));
        }
    }

    /// <summary>A logarithm has no place for zero: a run in which nothing was acknowledged has no point.</summary>
    private static IReadOnlyList<PlotLine> Lines(IReadOnlyList<CellRows> cells, Func<CellRows, string, (double X, double Y)> point) =>
    [
        .. from contender in Contender.All
        let points = cells.Where(rows => rows.Measured(contender.Name).Count > 0).Select(rows => point(rows, contender.Name))
            .Where(p => p is { X: > 0, Y: > 0 }).ToList()
        where points.Count > 0
        select new PlotLine(contender.Name, points),
    ];

    private static double Throughput(CellRows rows, string contender) => rows.Over(contender, row => row.Throughput)?.Median ?? 0;

    private static string Name(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
