using System.Globalization;
using System.Text.Json;

namespace DLedger.Processes.Tests;

/// <summary>Groups of one to seven members in one process, under the same load, in turns.</summary>
internal static class Nodes
{
    private const int Outstanding = 1024;
    private const int Seconds = 5;

    public static async Task RunAsync(Stage stage, int rounds)
    {
        var rates = new SortedDictionary<(int Size, int Nodes), List<double>>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var size in (int[])[128, 1024])
            {
                foreach (var nodes in (int[])[1, 3, 5, 7])
                {
                    var (rate, p50) = await BenchAsync(stage, nodes, size);
                    stage.Row("nodes", "nodes,sizeBytes,entriesPerSecond,p50Ms", $"{nodes},{size},{rate:0},{p50:0.000}");
                    if (!rates.TryGetValue((size, nodes), out var all)) rates.Add((size, nodes), all = []);
                    all.Add(rate);
                }
            }
        }

        foreach (var ((size, nodes), all) in rates)
            stage.Figure(string.Create(CultureInfo.InvariantCulture, $"{size} B, {nodes} members"), Rates.Show(all));
    }

    private static async Task<(double Rate, double P50Ms)> BenchAsync(Stage stage, int nodes, int size)
    {
        var folder = stage.NewFolder($"bench-{Guid.NewGuid():N}");
        string[] arguments =
        [
            "bench", "--nodes", Text(nodes), "--size", Text(size), "--outstanding", Text(Outstanding), "--seconds", Text(Seconds), "--data", folder,
            "--json",
        ];
        var result = await Stage.CommandAsync(arguments);
        Expect.Equal(0, result.ExitCode, $"dledger {string.Join(' ', arguments)}: {result.Error}");
        Directory.Delete(folder, recursive: true);
        using var report = JsonDocument.Parse(result.Out);
        return (report.RootElement.GetProperty("throughput").GetDouble(), report.RootElement.GetProperty("p50Ms").GetDouble());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
