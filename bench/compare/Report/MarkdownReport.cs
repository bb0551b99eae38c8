using System.Globalization;

namespace DLedger.Compare;

/// <summary>All rows as Markdown: medians over the rounds, with least and most in brackets.</summary>
internal sealed class MarkdownReport(ResultSet results)
{
    private readonly IReadOnlyList<CellRows> _cells = CellRows.Of(results.Runs);

    public IEnumerable<string> Lines() =>
        [.. Head(), .. Acks(), .. _cells.SelectMany(CellTable), .. Floor(), .. Ratios(), .. Verdicts(), .. Failures()];

    private IEnumerable<string> Head()
    {
        if (results.Machines.Count > 0)
        {
            var machine = results.Machines[^1];
            yield return Line(
                $"{machine.System}, {machine.Cores} cores, {machine.MemoryBytes / (double)(1 << 30):0.0} GiB, {machine.Runtime}; {machine.Started:yyyy-MM-dd}.");
        }

        var seconds = string.Join(
            ", ", results.Runs.Select(row => row.PlannedSeconds).Distinct().Order().Select(s => s.ToString(CultureInfo.InvariantCulture)));
        yield return Line(
            $"Three nodes on loopback, one disk. Medians of {results.Runs.Select(row => row.Round).Distinct().Count()} round(s) (least–most), each measured for {seconds} s.");
        yield return "";
    }

    private IEnumerable<string> Acks()
    {
        yield return "| contender | an ack means |";
        yield return "|---|---|";
        foreach (var contender in Contender.All.Where(contender => results.Runs.Any(row => row.Contender == contender.Name)))
            yield return $"| {contender.Name} | {contender.AckMeans} |";
        yield return "";
    }

    private static IEnumerable<string> CellTable(CellRows rows)
    {
        yield return $"### {rows.Title}";
        yield return "";
        yield return "| contender | an ack means | entries/s | p50 ms | p99 ms | p99.9 ms | CPU s per million | disk bytes per byte | peak RSS MB | errors |";
        yield return "|---|---|---|---|---|---|---|---|---|---|";
        foreach (var contender in rows.Contenders)
        {
            var name = contender.Name;
            var measured = rows.Measured(name);
            if (measured.Count == 0) continue;
            var cells = new[]
            {
                name,
                contender.AckMeans,
                Show(row => row.Throughput, "0"),
                Show(row => row.Load!.P50Ms, "0.00"),
                Show(row => row.Load!.P99Ms, "0.00"),
                Show(row => row.Load!.P999Ms, "0.00"),
                Show(row => row.CpuSecondsPerMillion(row.Usage), "0.0") + Apart(
                    row => row.CpuSecondsPerMillion(row.Load!.Servers!), row => row.CpuSecondsPerMillion(row.Load!.Client), "0.0"),
                Show(row => row.WrittenPerByte, "0.00"),
                Show(row => row.Usage.PeakRssBytes / 1e6, "0") + Apart(
                    row => row.Load!.Servers!.PeakRssBytes / 1e6, row => row.Load!.Client.PeakRssBytes / 1e6, "0"),
                Line(
                    $"{measured.Sum(row => row.Load!.Errors)}{(measured.Sum(row => row.Load!.Unsent) is > 0 and var unsent ? Line($", {unsent} due but not sent") : "")}"),
            };
            yield return $"| {string.Join(" | ", cells)} |";

            string Show(Func<RunRow, double> figure, string format) => Spread.Of(measured.Select(figure))!.Show(format);

            string Apart(Func<RunRow, double> servers, Func<RunRow, double> client, string format) => measured.Any(row => row.Load!.Servers is null)
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"; servers {Spread.Of(measured.Select(servers))!.Median.ToString(format, CultureInfo.InvariantCulture)}, client {Spread.Of(measured.Select(client))!.Median.ToString(format, CultureInfo.InvariantCulture)}");
        }

        yield return "";
    }

    private IEnumerable<string> Floor()
    {
        if (results.Floors.Count == 0) yield break;
        yield return "### The floor";
        yield return "";
        yield return "| bare | |";
        yield return "|---|---|";
        yield return Row("4 KiB write + fdatasync, overwriting: p50 ms", floor => floor.OverwriteP50Ms, "0.000");
        yield return Row("the same: p99 ms", floor => floor.OverwriteP99Ms, "0.000");
        yield return Row("4 KiB write + fdatasync, into reserved space never written: p50 ms", floor => floor.FreshP50Ms, "0.000");
        yield return Row("the same: p99 ms", floor => floor.FreshP99Ms, "0.000");
        foreach (var size in results.Floors.SelectMany(floor => floor.Writers).Select(writer => writer.SizeBytes).Distinct().Order())
            yield return Row(
                $"three writers, {Cell.SizeText(size)} + fdatasync each: MB/s together",
                floor => floor.Writers.First(writer => writer.SizeBytes == size).BytesPerSecond / 1e6, "0");
        yield return Row("Akka.Remote round trip, 1 KiB, one at a time: p50 ms", floor => floor.RoundTripP50Ms, "0.000");
        yield return Row("the same: p99 ms", floor => floor.RoundTripP99Ms, "0.000");
        yield return Row("Akka.Remote, 64 KiB messages, 64 under way: MB/s", floor => floor.BulkBytesPerSecond / 1e6, "0");
        yield return "";

        string Row(string what, Func<FloorRow, double> figure, string format) =>
            $"| {what} | {Spread.Of(results.Floors.Select(figure))!.Show(format)} |";
    }

    /// <summary>Each of ours against each rival; rounds are compared with themselves.</summary>
    private IEnumerable<string> Ratios()
    {
        var present = _cells.SelectMany(rows => rows.Contenders).Distinct().ToList();
        var rivals = Contender.All.Where(contender => !contender.IsOurs && present.Contains(contender)).ToList();
        var ours = Contender.All.Where(contender => contender.IsOurs && present.Contains(contender)).ToList();
        if (rivals.Count == 0 || ours.Count == 0) yield break;
        yield return "### Ratios: ours divided by theirs";
        yield return "";
        yield return "| ours | against | " + string.Join(" | ", _cells.Select(rows => $"{rows.Title}: entries/s | p50")) + " |";
        yield return "|---|---|" + string.Concat(Enumerable.Repeat("---|---|", _cells.Count));
        foreach (var our in ours)
        {
            foreach (var rival in rivals)
            {
                var cells = _cells.SelectMany(rows => new[]
                {
                    rows.Ratio(our.Name, rival.Name, row => row.Throughput)?.Show("0.00") ?? "–", rows.Ratio(
                        our.Name, rival.Name, row => row.Load!.P50Ms)?.Show("0.00") ?? "–",
                });
                yield return $"| {our.Name} | {rival.Name} | {string.Join(" | ", cells)} |";
            }
        }

        yield return "";
    }

    private IEnumerable<string> Verdicts()
    {
        var requirements = new Requirements(results).Judge().ToList();
        var ours = Contender.All.Where(contender => contender.IsOurs).ToList();
        if (requirements.TrueForAll(requirement => ours.TrueForAll(contender => requirement.RatioOf(contender) is null))) yield break;
        yield return "### What must be true of this project, embedded";
        yield return "";
        yield return $"| against | at | ratio of | must be | | {string.Join(" | ", ours.Select(contender => contender.Name))} |";
        yield return "|---|---|---|---|---|" + string.Concat(Enumerable.Repeat("---|", ours.Count));
        foreach (var requirement in requirements)
        {
            var ratios = ours.Select(contender => requirement.RatioOf(contender)?.Show("0.00") ?? "–");
            yield return $"| {requirement.Against} | {requirement.Cell.Title} | {requirement.What} | {requirement.Demand} | {requirement.Verdict} | {string.Join(" | ", ratios)} |";
        }

        yield return "";
    }

    private IEnumerable<string> Failures()
    {
        foreach (var rows in _cells)
        {
            foreach (var contender in rows.Contenders)
            {
                foreach (var row in rows.Failed(contender.Name))
                    yield return Line($"FAILED: {contender.Name}, {rows.Title}, round {row.Round}: {row.Failure}");
                foreach (var row in rows.Measured(contender.Name).Where(row => row.Load!.Errors > 0))
                    yield return Line(
                        $"ERRORS: {contender.Name}, {rows.Title}, round {row.Round}: {row.Load!.Errors}, the first: {row.Load.FirstError}");
            }
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
