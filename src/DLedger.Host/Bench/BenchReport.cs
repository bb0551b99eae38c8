using System.Globalization;

namespace DLedger.Host;

/// <summary>What a measurement found. Times run from the call to the answer, as the caller sees them.</summary>
internal sealed record BenchReport(
    int SizeBytes,
    int Outstanding,
    int Nodes,
    string Durability,
    double Seconds,
    long Entries,
    long Errors,
    string? FirstError,
    double P50Ms,
    double P99Ms,
    double P999Ms,
    double MaxMs,
    double AllocatedBytesPerEntry)
{
    /// <summary>Of a group that runs elsewhere: what its members are set to, they do not tell.</summary>
    public const string AsTheMembersAreSet = "as the members are set";

    /// <summary>Ended before its time; the figures are those of the time until then.</summary>
    public bool IsInterrupted { get; init; }

    public double Throughput => Seconds > 0 ? Entries / Seconds : 0;

    public void WriteJson(Stream output) => JsonLine.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("size", SizeBytes);
        json.WriteNumber("outstanding", Outstanding);
        json.WriteNumber("nodes", Nodes);
        json.WriteString("durability", Durability);
        json.WriteNumber("seconds", Math.Round(Seconds, 3));
        json.WriteNumber("entries", Entries);
        json.WriteNumber("throughput", Math.Round(Throughput, 1));
        json.WriteNumber("p50Ms", P50Ms);
        json.WriteNumber("p99Ms", P99Ms);
        json.WriteNumber("p999Ms", P999Ms);
        json.WriteNumber("maxMs", MaxMs);
        json.WriteNumber("allocatedBytesPerEntry", Math.Round(AllocatedBytesPerEntry));
        json.WriteNumber("errors", Errors);
        json.WriteBoolean("interrupted", IsInterrupted);
        json.WriteEndObject();
    });

    public IEnumerable<string> Lines()
    {
        yield return Line(
            $"{Nodes} node(s), durability {Durability}, {SizeBytes} bytes an entry, {Outstanding} outstanding, {Seconds:0.0} s{(IsInterrupted ? ", interrupted" : "")}");
        yield return Line($"throughput  {Throughput:0} entries/s, {Throughput * SizeBytes / 1e6:0.0} MB/s");
        yield return Line($"latency     p50 {P50Ms:0.00} ms, p99 {P99Ms:0.00} ms, p99.9 {P999Ms:0.00} ms, max {MaxMs:0.00} ms");
        yield return Line($"allocated   {AllocatedBytesPerEntry:0} bytes an entry, in this process");
        yield return Line($"errors      {Errors}{(FirstError is null ? "" : ", the first: " + FirstError)}");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
