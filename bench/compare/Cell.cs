using System.Globalization;

namespace DLedger.Compare;

/// <summary>One point of a comparison, written <c>1024x64</c>.</summary>
/// <param name="SizeBytes">Of each entry.</param>
/// <param name="Outstanding">Appends under way at any time; at a fixed rate, the most of them.</param>
internal sealed record Cell(int SizeBytes, int Outstanding)
{
    /// <summary>More would be no comparison of logs but of memory.</summary>
    private const long BytesUnderWayMax = 64L << 20;

    /// <summary>What this project takes without being told.</summary>
    private const int SizeBytesMax = 1 << 20;

    private const int OutstandingMax = 16384;

    public static IReadOnlyList<Cell> Standard { get; } = [new(1024, 1), new(1024, 64), new(1024, 1024), new(128, 1024)];

    public static IReadOnlyList<Cell> Matrix { get; } =
    [
        .. from size in new[] { 16, 128, 1 << 10, 16 << 10, 256 << 10 }
        from outstanding in new[] { 1, 64, 1024, 8192 }
        where (long)size * outstanding <= BytesUnderWayMax
        select new Cell(size, outstanding),
    ];

    /// <summary>As in a heading: <c>1 KiB, 64 outstanding</c>.</summary>
    public string Title => string.Create(CultureInfo.InvariantCulture, $"{SizeText(SizeBytes)}, {Outstanding} outstanding");

    public static string SizeText(int bytes) =>
        bytes >= 1024 && bytes % 1024 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024} KiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes} B");

    /// <summary>Null and a reason for anything else than a size and a count within the limits.</summary>
    public static Cell? Parse(string text, out string problem)
    {
        var parts = text.Split('x');
        if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var outstanding))
        {
            problem = $"'{text}' is not BYTESxOUTSTANDING, such as 1024x64";
            return null;
        }

        problem = size is < 1 or > SizeBytesMax ? $"'{text}': entries have 1 to {SizeBytesMax} bytes"
            : outstanding is < 1 or > OutstandingMax ? $"'{text}': 1 to {OutstandingMax} may be outstanding"
            : (long)size * outstanding > BytesUnderWayMax ? $"'{text}': at most {BytesUnderWayMax >> 20} MiB may be outstanding"
            : "";
        return problem.Length == 0 ? new Cell(size, outstanding) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SizeBytes}x{Outstanding}");
}
