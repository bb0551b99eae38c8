using System.Text.Json;

namespace DLedger.Simulation.Tests;

/// <summary>Results of seeds as lines of JSON, so that a search that was cut off goes on where it stopped.</summary>
internal sealed class ResultsFile
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly string _path;
    private readonly Dictionary<string, SwarmResult> _known = new(StringComparer.Ordinal);

    private ResultsFile(string path) => _path = path;

    public static ResultsFile Open(string path)
    {
        var file = new ResultsFile(path);
        if (!File.Exists(path)) return file;
        var text = File.ReadAllText(path);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) file.Take(line);
        // A line that was cut off in the middle stays apart from what comes now.
        if (text.Length > 0 && !text.EndsWith('\n')) File.AppendAllText(path, "\n");
        return file;
    }

    /// <summary>Null when these options have not been run yet.</summary>
    public SwarmResult? Find(SwarmOptions options) =>
        _known.GetValueOrDefault(KeyOf(options.Seed, options.Length.TotalSeconds, options.Nodes, options.Without));

    public void Append(SwarmResult result) => File.AppendAllText(_path, JsonSerializer.Serialize(result, s_json) + "\n");

    private void Take(string line)
    {
        try
        {
            if (JsonSerializer.Deserialize<SwarmResult>(line, s_json) is { } result)
                _known[KeyOf(result.Seed, result.Seconds, result.ForcedNodes, result.Without)] = result;
        }
        catch (JsonException)
        {
            // Cut off while it was written: that seed is run again.
            Console.Error.WriteLine($"{_path}: a line is not whole; its seed is run again");
        }
    }

    private static string KeyOf(ulong seed, double seconds, int? nodes, IReadOnlyList<string> without) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{seed} {seconds} {nodes} {string.Join(',', without)}");
}
