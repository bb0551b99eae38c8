using System.Globalization;

namespace DLedger.Host;

/// <summary>Line numbers that come in order, kept and shown as ranges: <c>17-19, 23</c>.</summary>
internal sealed class LineRanges
{
    private readonly List<(long First, long Last)> _ranges = [];

    public long Count { get; private set; }

    public void Add(long line)
    {
        Count++;
        if (_ranges.Count > 0 && _ranges[^1].Last == line - 1) _ranges[^1] = (_ranges[^1].First, line);
        else _ranges.Add((line, line));
    }

    public override string ToString() => string.Join(", ", _ranges.Select(Show));

    private static string Show((long First, long Last) range) => range.First == range.Last
        ? range.First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}");
}
