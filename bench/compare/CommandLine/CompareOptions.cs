using System.CommandLine;
using System.Globalization;

namespace DLedger.Compare;

/// <summary>The options of a comparison.</summary>
internal sealed class CompareOptions
{
    private const string Floor = "floor";
    private const int Rounds = 5;

    private static readonly Cell AtRate = new(1024, 1024);

    private readonly Option<int?> _rounds = Number("--rounds", "COUNT", $"Rounds, interleaved. [default: {Rounds}; with --matrix 1]");
    private readonly Option<double> _seconds = Time("--seconds", "Measured in each run.", 10);
    private readonly Option<double> _warmUp = Time("--warm-up", "Not measured, before that.", 3);
    private readonly Option<string?> _contenders = Text(
        "--contenders", "NAME,…",
        $"Some of {Floor}, {string.Join(", ", Contender.All.Select(contender => contender.Name))}. [default: all; with --matrix "
        + $"{Contender.Embedded.Name},{Contender.DotNextSynced.Name}]");

    private readonly Option<string?> _cells = Text(
        "--cells", "BYTESxOUTSTANDING,…", $"What to measure. [default: {string.Join(',', Cell.Standard)}; with --rate {AtRate}]");
    private readonly Option<bool> _matrix =
        new("--matrix") { Description = "Sizes from 16 B to 256 KiB by 1 to 8192 outstanding, against synced DotNext alone." };
    private readonly Option<int?> _rate = Number(
        "--rate", "PER_SECOND", "Appends are due at this rate, instead of a closed loop; times run from when they were due.");
    private readonly Option<string> _folder =
        new("--folder") { HelpName = "DIR", Description = "On the disk to measure; each run has a fresh folder in it, which goes with it.",
            DefaultValueFactory = _ => "." };
    private readonly Option<string?> _results = Text(
        "--results", "FILE", "JSON lines of all runs. What the file holds already is not measured again.");

    public RootCommand AddTo(RootCommand command)
    {
        foreach (var option in (Option[])[_rounds, _seconds, _warmUp, _contenders, _cells, _matrix, _rate, _folder, _results]) command.Add(option);
        return command;
    }

    public string? Results(ParseResult parsed) => parsed.GetValue(_results);

    /// <summary>Throws <see cref="UsageException"/>.</summary>
    public ComparisonPlan Plan(ParseResult parsed)
    {
        var matrix = parsed.GetValue(_matrix);
        var rate = parsed.GetValue(_rate) ?? 0;
        if (matrix && parsed.GetValue(_cells) is not null) throw new UsageException("--matrix and --cells exclude each other");
        var names = Split(parsed.GetValue(_contenders))
            ?? (matrix ? [Contender.Embedded.Name, Contender.DotNextSynced.Name] : [Floor, .. Contender.All.Select(contender => contender.Name)]);
        var contenders = names.Where(name => name != Floor)
            .Select(name => Contender.Find(name) ?? throw new UsageException($"--contenders: '{name}' takes no part")).Distinct().ToList();
        return new ComparisonPlan(
            parsed.GetValue(_rounds) ?? (matrix ? 1 : Rounds),
            contenders,
            names.Contains(Floor) && rate == 0,
            matrix ? Cell.Matrix : CellsOf(parsed, rate),
            rate,
            parsed.GetValue(_warmUp),
            parsed.GetValue(_seconds),
            parsed.GetRequiredValue(_folder));
    }

    private IReadOnlyList<Cell> CellsOf(ParseResult parsed, int rate) => Split(parsed.GetValue(_cells)) is { } texts
        ? [.. texts.Select(text => Cell.Parse(text, out var problem) ?? throw new UsageException($"--cells: {problem}")).Distinct()]
        : rate == 0 ? Cell.Standard : [AtRate];

    private static string[]? Split(string? text) => text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<string?> Text(string name, string valueName, string description) =>
        new(name) { HelpName = valueName, Description = description };

    private static Option<int?> Number(string name, string valueName, string description) => new(name)
    {
        HelpName = valueName,
        Description = description,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= 1_000_000)
                return number;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a number from 1 to 1000000");
            return null;
        },
    };

    private static Option<double> Time(string name, string description, double value) => new(name)
    {
        HelpName = "SECONDS",
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number is >= 0.5 and <= 600)
                return number;
            result.AddError($"{name}: '{result.Tokens[0].Value}' is not a number of seconds from 0.5 to 600");
            return value;
        },
    };
}
