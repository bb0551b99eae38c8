using System.Diagnostics;
using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>Nemeses for as long as one likes, with a table of what came of them. The exit code is 1 after a violation.</summary>
internal static class NemesisCommand
{
    public const string Usage = """
        usage: nemesis [NAME …] [--minutes M] [--seed S] [--clients N] [--members N] [--history FOLDER]
               (no name: each in turn, the combined one last; --minutes: for each, 5 unless given; 5 to 7 members)
        """;

    private static readonly long Start = Stopwatch.GetTimestamp();

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (NemesisOptions.Parse(arguments, out var problem) is not { } options)
        {
            await Console.Error.WriteLineAsync($"{problem}\n{Usage}\nnemeses: {string.Join(", ", Nemeses.All.Select(nemesis => nemesis.Name))}");
            return 2;
        }

        // Histories of earlier runs stay.
        var folder = Directory.CreateDirectory(
            Path.Combine(options.Folder, DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture))).FullName;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture, $"seed {options.Seed}, {options.Members} members, {options.Clients} clients, histories in {folder}"));
        var rows = new List<string>();
        var failures = new List<string>();
        foreach (var nemesis in options.Chosen)
        {
            if (nemesis.WhyNot is { } reason)
            {
                rows.Add($"| {nemesis.Name} | skipped: {reason} | | | | | | |");
                continue;
            }

            Console.WriteLine($"== {nemesis.Name}");
            var workload = WorkloadOptions.Default with { Clients = options.Clients };
            var plan = new NemesisPlan(nemesis.Name, [nemesis], options.Length, NemesisPace.Long, options.Members, workload, options.Seed);
            var report = await NemesisRun.RunAsync(plan, folder, Say);
            rows.Add(report.TableRow(nemesis.Name));
            failures.AddRange(report.Failures.Select(failure => $"{nemesis.Name}: {failure}"));
            Console.WriteLine(rows[^1]);
        }

        Console.WriteLine($"\n{NemesisReport.TableHead}\n{string.Join('\n', rows)}");
        foreach (var failure in failures) Console.WriteLine($"VIOLATION {failure}");
        Console.WriteLine(failures.Count == 0 ? "verdict: no violation" : $"verdict: {failures.Count} violations");
        return failures.Count == 0 ? 0 : 1;
    }

    private static void Say(string text) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {Stopwatch.GetElapsedTime(Start).TotalSeconds,7:0.0}  {text}"));
}
