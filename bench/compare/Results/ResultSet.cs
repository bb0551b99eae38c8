using System.Text.Json;

namespace DLedger.Compare;

/// <summary>All rows so far; written to a file of JSON lines as they come, when there is one.</summary>
internal sealed class ResultSet
{
    private readonly string? _file;
    private readonly List<ResultLine> _lines = [];

    private ResultSet(string? file) => _file = file;

    public IReadOnlyList<RunRow> Runs => [.. _lines.Select(line => line.Run).OfType<RunRow>()];

    public IReadOnlyList<FloorRow> Floors => [.. _lines.Select(line => line.Floor).OfType<FloorRow>()];

    public IReadOnlyList<MachineRow> Machines => [.. _lines.Select(line => line.Machine).OfType<MachineRow>()];

    /// <summary>Empty, or what the file holds already.</summary>
    public static ResultSet Open(string? file)
    {
        var results = new ResultSet(file);
        if (file is null || !File.Exists(file)) return results;
        var number = 0;
        foreach (var text in File.ReadLines(file))
        {
            number++;
            try
            {
                if (text.Length > 0) results._lines.Add(JsonSerializer.Deserialize<ResultLine>(text, Json.Options)!);
            }
            catch (JsonException wrong)
            {
                throw new ComparisonFailedException($"line {number} of {file} is not a result: {wrong.Message}", wrong);
            }
        }

        return results;
    }

    public void Add(ResultLine line)
    {
        _lines.Add(line);
        if (_file is not null) File.AppendAllText(_file, JsonSerializer.Serialize(line, Json.Options) + "\n");
    }

    /// <summary>Whether this was measured before; a failure is tried again.</summary>
    public bool Has(RunRow wanted) => _lines.Exists(line => line.Run is { Failure: null } run && run.Key == wanted.Key);

    public bool HasFloor(int round, double plannedSeconds) =>
        _lines.Exists(line => line.Floor is { } floor && floor.Round == round && floor.PlannedSeconds.Equals(plannedSeconds));
}
