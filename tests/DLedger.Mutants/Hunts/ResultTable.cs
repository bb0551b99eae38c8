using System.Globalization;

namespace DLedger.Mutants;

/// <summary>The outcome as Markdown, for <c>docs/testing/mutants.md</c>.</summary>
internal static class ResultTable
{
    private const int MessageMost = 160;

    public const string Head =
        "| rule | mutant | what is broken | caught by | at seed | seeds run | what was said |\n|---:|---|---|---|---:|---:|---|";

    public static string Row(Mutant mutant, Catch result) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {(mutant.Rule == 0 ? "Raft" : mutant.Rule)} | {mutant.Name} | {Cell(mutant.Breaks, int.MaxValue)} | "
        + $"{(result.IsCaught ? mutant.CaughtBy : "**not caught**")} "
        + $"| {(result.Seed is { } seed ? seed : "")} | {(mutant.CaughtBy is Hunter.Test ? "" : result.Runs)} | "
        + $"{Cell(result.Message ?? "", MessageMost)} |");

    /// <summary>One line: how many, and how many seeds half of them needed.</summary>
    public static string Verdict(IReadOnlyList<(Mutant Mutant, Catch Catch)> results)
    {
        var escaped = results.Where(result => !result.Catch.IsCaught).Select(result => result.Mutant.Name).ToArray();
        long[] needed =
            [.. results.Where(result => result.Catch.IsCaught && result.Mutant.CaughtBy is Hunter.Swarm).Select(result => result.Catch.Runs).Order()];
        var median = needed.Length == 0
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"; the swarm needed {needed[needed.Length / 2]} seeds in the median and {needed[^1]} at most for {needed.Length} of them");
        return escaped.Length == 0
            ? $"verdict: all {results.Count} mutants caught{median}"
            : $"verdict: {escaped.Length} of {results.Count} mutants not caught: {string.Join(", ", escaped)}{median}";
    }

    private static string Cell(string text, int most)
    {
        var line = text.Replace("Broken invariant: ", "", StringComparison.Ordinal).Replace('|', '/').Replace('<', '(').Replace('>', ')');
        return line.Length <= most ? line : $"{line[..most]}…";
    }
}
