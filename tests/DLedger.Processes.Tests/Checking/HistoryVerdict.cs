using System.Globalization;

namespace DLedger.Processes.Tests;

/// <summary>What the checker says of a history.</summary>
/// <param name="Appends">Appends by outcome.</param>
/// <param name="Reads">Reads by outcome.</param>
/// <param name="WholeReads">Reads of the whole log after the last append: what each member has at the end.</param>
/// <param name="Entries">In the log at the end.</param>
/// <param name="Seconds">Whole seconds from the first invoke of an append to the last.</param>
/// <param name="SecondsWithOk">Those of them with at least one append that was ok.</param>
/// <param name="LongestGap">The longest time without an append that was ok, between the first invoke of an append and the last.</param>
/// <param name="ViolationCount">All of them.</param>
/// <param name="Violations">The first of them.</param>
internal sealed record HistoryVerdict(
    OutcomeCounts Appends,
    OutcomeCounts Reads,
    int WholeReads,
    long Entries,
    long Seconds,
    long SecondsWithOk,
    TimeSpan LongestGap,
    long ViolationCount,
    IReadOnlyList<HistoryViolation> Violations)
{
    public bool IsClean => ViolationCount == 0;

    public double Availability => Seconds == 0 ? 0 : (double)SecondsWithOk / Seconds;

    public string Show()
    {
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"appends: {Appends}"),
            string.Create(CultureInfo.InvariantCulture, $"reads: {Reads}"),
            string.Create(CultureInfo.InvariantCulture, $"log: {Entries} entries, read whole {WholeReads} times at the end"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"availability: {Availability:0.0 %} ({SecondsWithOk} of {Seconds} seconds with an ok append); longest gap "
                + $"{LongestGap.TotalSeconds:0.00} s"),
            .. Violations.Select(violation => $"VIOLATION {violation}"),
            IsClean ? "verdict: no violation" : string.Create(CultureInfo.InvariantCulture, $"verdict: {ViolationCount} violations"),
        ];
        return string.Join('\n', lines);
    }
}
