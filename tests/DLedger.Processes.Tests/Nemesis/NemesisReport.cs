using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>What came of one group under a nemesis, or of several together.</summary>
/// <param name="Operations">Appends and reads, by outcome.</param>
/// <param name="Faults">By kind.</param>
/// <param name="Elections">How far the term went up.</param>
/// <param name="Seconds">Of load.</param>
/// <param name="SecondsWithOk">Those with at least one append that was ok.</param>
/// <param name="LongestGap">Without an append that was ok.</param>
/// <param name="Failures">What must not be, in words.</param>
internal sealed record NemesisReport(
    OutcomeCounts Operations,
    IReadOnlyDictionary<string, int> Faults,
    long Elections,
    long Seconds,
    long SecondsWithOk,
    TimeSpan LongestGap,
    IReadOnlyList<string> Failures)
{
    public const string TableHead =
        "| nemesis | operations | ok / fail / info | faults | elections | availability | longest gap | verdict |\n|---|---|---|---|---|---|---|---|";

    public static readonly NemesisReport Nothing = new(
        new OutcomeCounts(), new SortedDictionary<string, int>(StringComparer.Ordinal), 0, 0, 0, TimeSpan.Zero, []);

    public bool IsClean => Failures.Count == 0;

    public NemesisReport And(NemesisReport other) => new(
        Operations + other.Operations,
        Sum(Faults, other.Faults),
        Elections + other.Elections,
        Seconds + other.Seconds,
        SecondsWithOk + other.SecondsWithOk,
        LongestGap > other.LongestGap ? LongestGap : other.LongestGap,
        [.. Failures, .. other.Failures]);

    /// <summary>For docs/testing/process-faults.md.</summary>
    public string TableRow(string name)
    {
        var faults = string.Join(", ", Faults.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value} {kind.Key}")));
        var availability = Seconds == 0 ? 0 : (double)SecondsWithOk / Seconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Operations.Invoked} | {Operations.Ok} / {Operations.Fail} / {Operations.Info} | {faults} | {Elections} | "
            + $"{availability:0.0 %} of {Seconds} s | {LongestGap.TotalSeconds:0.0} s | {(IsClean ? "clean" : "VIOLATED")} |");
    }

    private static SortedDictionary<string, int> Sum(IReadOnlyDictionary<string, int> left, IReadOnlyDictionary<string, int> right)
    {
        var sum = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (kind, count) in left.Concat(right)) sum[kind] = sum.GetValueOrDefault(kind) + count;
        return sum;
    }
}
