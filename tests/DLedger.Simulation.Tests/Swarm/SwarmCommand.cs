using System.Diagnostics;

namespace DLedger.Simulation.Tests;

/// <summary>Runs many seeds and says what came of it. Exit code 0: all well; 1: a violation; 2: wrong usage.</summary>
internal static class SwarmCommand
{
    public static int Run(IReadOnlyList<string> args)
    {
        if (SwarmArguments.Parse(args, out var wrong) is not { } arguments)
        {
            Console.Error.WriteLine($"{wrong}\n{SwarmArguments.Usage}");
            return 2;
        }

        var summary = new SwarmSummary();
        var results = arguments.Results is null ? null : ResultsFile.Open(arguments.Results);
        List<SwarmOptions> missing = [];
        foreach (var options in arguments.Runs)
        {
            if (results?.Find(options) is { } known) summary.Add(known);
            else missing.Add(options);
        }

        var start = Stopwatch.GetTimestamp();
        var ran = 0;
        SwarmRunner.RunAll(missing, arguments.Jobs, result =>
        {
            ran++;
            summary.Add(result);
            results?.Append(result);
            if (result.Violation is not null) ShowViolation(result, arguments);
            ShowProgress(ran, missing.Count, summary, Stopwatch.GetElapsedTime(start));
            return result.Violation is null || !arguments.StopAtFirst;
        });
        if (!Console.IsErrorRedirected) Console.Error.WriteLine();
        Console.WriteLine(summary.ToTable(ran, Stopwatch.GetElapsedTime(start), arguments.Jobs));
        return summary.Violations == 0 ? 0 : 1;
    }

    private static void ShowViolation(SwarmResult result, SwarmArguments arguments)
    {
        // The first line stands for itself: whoever runs mutants reads no further.
        Console.WriteLine($"seed {result.Seed}: {result.Violation!.ReplaceLineEndings(" ")}");
        Console.Out.Flush();
        if (arguments.NoShrink) return;
        Console.WriteLine(ReportOf(result));
    }

    /// <summary>What failed, and the smallest run that fails in the same way.</summary>
    public static string ReportOf(SwarmResult failed)
    {
        var smallest = SwarmShrinker.Shrink(failed.Options, failed);
        return $"seed {failed.Seed} drew: {string.Join(", ", failed.Drawn)}\n"
            + $"smallest that fails so: {(smallest.Drawn.Count == 0 ? "no faults at all" : string.Join(", ", smallest.Drawn))}, "
            + $"{smallest.Seconds} s\n"
            + $"replay: {smallest.Options.ReplayCommand}\n{smallest.Report}";
    }

    private static void ShowProgress(int ran, int count, SwarmSummary summary, TimeSpan elapsed)
    {
        var line = $"{ran} of {count} seeds, {elapsed.TotalSeconds:0} s, {summary.Violations} violations";
        if (!Console.IsErrorRedirected) Console.Error.Write($"\r{line} ");
        else if (ran % 100 == 0 || ran == count) Console.Error.WriteLine(line);
    }
}
