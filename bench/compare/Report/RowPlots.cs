using System.Globalization;

namespace DLedger.Compare;

/// <summary>
/// Pictures of the single values that the process tests' measures write with <c>--rows</c>: CSV, the columns' names in the first line.
/// </summary>
internal sealed class RowPlots(string rows)
{
    /// <summary>Draws what there are rows of; returns the pictures' names.</summary>
    /// <exception cref="InvalidDataException">A file that does not hold such rows, by name and line.</exception>
    public IReadOnlyList<string> Save(string folder)
    {
        Directory.CreateDirectory(folder);
        return [.. Nodes(folder), .. Failover(folder), .. Opening(folder)];
    }

    private IEnumerable<string> Nodes(string folder)
    {
        if (Read("nodes", "nodes,sizeBytes,entriesPerSecond,p50Ms") is not { } values) yield break;
        var lines =
            from size in values.GroupBy(row => row[1])
            select new PlotLine(Cell.SizeText((int)size.Key), Medians(size, 2));
        new Picture("Throughput against members, all in one process, 1024 outstanding", "members", "entries/s", linear: true)
            .Save(folder, "nodes", [.. lines]);
        yield return "nodes";
    }

    private IEnumerable<string> Failover(string folder)
    {
        if (Read("failover", "quorumMs,clientMs") is not { } values) yield break;
        new Picture("After kill -9 of the leader: share of the kills that took no longer", "ms", "share of the kills", linear: true)
            .Save(folder, "failover",
        [
            new PlotLine("a quorum follows another leader", Distribution(values, 0)),
            new PlotLine("no commit for a client", Distribution(values, 1)),
        ]);
        yield return "failover";
    }

    private IEnumerable<string> Opening(string folder)
    {
        if (Read("opening", "gib,stopSeconds,killSeconds,restMiB,loadMiB") is not { } values) yield break;
        new Picture("From the start of a process until it listens, against the size of its log", "GiB", "s", linear: true).Save(folder, "opening",
        [
            new PlotLine("after a clean stop", Medians(values, 1)),
            new PlotLine("after kill -9 under full load", Medians(values, 2)),
        ]);
        yield return "opening";
        new Picture("Memory of a member against the size of its log", "GiB", "MiB", linear: true).Save(folder, "memory",
        [
            new PlotLine("just opened", Medians(values, 3)),
            new PlotLine("under full load", Medians(values, 4)),
        ]);
        yield return "memory";
    }

    /// <summary>Of a column, for each value of the first one.</summary>
    private static IReadOnlyList<(double X, double Y)> Medians(IEnumerable<double[]> values, int column) =>
        [.. values.GroupBy(row => row[0]).OrderBy(group => group.Key)
            .Select(group => (group.Key, Spread.Of(group.Select(row => row[column]))!.Median))];

    private static IReadOnlyList<(double X, double Y)> Distribution(List<double[]> values, int column) =>
        [.. values.Select(row => row[column]).Order().Select((value, at) => (value, (at + 1.0) / values.Count))];

    /// <summary>Null if there is no such file.</summary>
    private List<double[]>? Read(string name, string columns)
    {
        var file = Path.Combine(rows, name + ".csv");
        if (!File.Exists(file)) return null;
        var lines = File.ReadAllLines(file);
        if (lines is [] or [_] || lines[0] != columns) throw new InvalidDataException($"{file} must have the columns {columns}, and rows");
        return [.. lines.Skip(1).Select((line, at) => Parse(line, columns.Split(',').Length)
            ?? throw new InvalidDataException($"{file}, line {at + 2}: '{line}' is no row of {columns}"))];
    }

    private static double[]? Parse(string line, int columns)
    {
        var values = new List<double>();
        foreach (var cell in line.Split(','))
        {
            if (!double.TryParse(cell, CultureInfo.InvariantCulture, out var value)) return null;
            values.Add(value);
        }

        return values.Count == columns ? [.. values] : null;
    }
}
