using System.Text;

namespace DLedger.Host;

/// <summary>
/// A plain table. What does not fit into the width is left out by whole columns, the least needed first, so that no line is cut or wrapped.
/// </summary>
internal sealed class TextTable(int width, bool colours)
{
    private const string Gap = "  ";

    private readonly List<(Colour Colour, string[] Cells)> _rows = [];

    internal enum Colour
    {
        None,
        Green,
        Red,
    }

    public required IReadOnlyList<Column> Columns { get; init; }

    /// <summary>Cells may hold anything: they are shown as plain text.</summary>
    public void Add(Colour colour, params string[] cells) => _rows.Add((colour, [.. cells.Select(PlainText.Line)]));

    public IEnumerable<string> Lines()
    {
        var widths = Columns.Select((column, i) => _rows.Select(row => row.Cells[i].Length).Append(column.Name.Length).Max()).ToList();
        var shown = Enumerable.Range(0, Columns.Count).ToList();
        while (shown.Sum(i => widths[i] + Gap.Length) - Gap.Length > width
            && shown.Where(i => Columns[i].LeftOut > 0).ToList() is { Count: > 0 } spare)
            shown.Remove(spare.MaxBy(i => Columns[i].LeftOut));
        yield return Line([.. Columns.Select(column => column.Name)], widths, shown);
        foreach (var (colour, cells) in _rows)
        {
            var line = Line(cells, widths, shown);
            yield return colour == Colour.None || !colours ? line : $"\e[{(colour == Colour.Green ? 32 : 31)}m{line}\e[0m";
        }
    }

    private string Line(string[] cells, List<int> widths, List<int> shown)
    {
        var line = new StringBuilder();
        foreach (var i in shown)
        {
            if (line.Length > 0) line.Append(Gap);
            line.Append(Columns[i].IsNumber ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i]));
        }

        return line.ToString().TrimEnd();
    }

    /// <param name="Name">Its heading.</param>
    /// <param name="LeftOut">When there is too little room, the highest goes first; 0 stays.</param>
    /// <param name="IsNumber">To the right.</param>
    internal sealed record Column(string Name, int LeftOut, bool IsNumber = false);
}
