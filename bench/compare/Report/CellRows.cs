using System.Globalization;

namespace DLedger.Compare;

/// <summary>All rounds of all contenders at one cell and rate.</summary>
internal sealed class CellRows
{
    private readonly ILookup<string, RunRow> _byContender;

    private CellRows(Cell cell, int ratePerSecond, IEnumerable<RunRow> rows)
    {
        Cell = cell;
        RatePerSecond = ratePerSecond;
        _byContender = rows.ToLookup(row => row.Contender);
    }

    public Cell Cell { get; }

    public int RatePerSecond { get; }

    public string Title =>
        RatePerSecond == 0 ? Cell.Title : string.Create(CultureInfo.InvariantCulture, $"{Cell.Title} at most, {RatePerSecond} entries/s due");

    /// <summary>Who was measured here, in the order in which contenders are always shown.</summary>
    public IEnumerable<Contender> Contenders => Contender.All.Where(contender => _byContender.Contains(contender.Name));

    /// <summary>In the order of the file.</summary>
    public static IReadOnlyList<CellRows> Of(IReadOnlyList<RunRow> rows) =>
        [.. rows.GroupBy(row => (row.Cell, row.RatePerSecond)).Select(group => new CellRows(group.Key.Cell, group.Key.RatePerSecond, group))];

    /// <summary>Of one contender, those that succeeded.</summary>
    public IReadOnlyList<RunRow> Measured(string contender) => [.. _byContender[contender].Where(row => row.Load is not null)];

    /// <summary>Of one contender, the rounds that never succeeded.</summary>
    public IReadOnlyList<RunRow> Failed(string contender)
    {
        var measured = Measured(contender).Select(row => row.Round).ToHashSet();
        return [.. _byContender[contender].Where(row => row.Load is null && !measured.Contains(row.Round)).DistinctBy(row => row.Round)];
    }

    public Spread? Over(string contender, Func<RunRow, double> figure) => Spread.Of(Measured(contender).Select(figure));

    /// <summary>One contender's figure divided by another's of the same round: what the machine did in that round does not count.</summary>
    public Spread? Ratio(string contender, string against, Func<RunRow, double> figure)
    {
        var others = Measured(against).DistinctBy(row => row.Round).ToDictionary(row => row.Round);
        return Spread.Of(
            Measured(contender).Where(row => others.ContainsKey(row.Round)).Select(row => figure(row) / figure(others[row.Round]))
                .Where(double.IsFinite));
    }
}
