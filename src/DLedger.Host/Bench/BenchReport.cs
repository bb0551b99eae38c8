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
    public double Throughput => Entries / Seconds;

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
        json.WriteEndObject();
    });

    public IEnumerable<string> Lines()
    {
        yield return Line($"{Nodes} node(s), durability {Durability}, {SizeBytes} bytes an entry, {Outstanding} outstanding, {Seconds:0.0} s");
        yield return Line($"throughput  {Throughput:0} entries/s, {Throughput * SizeBytes / 1e6:0.0} MB/s");
        yield return Line($"latency     p50 {P50Ms:0.00} ms, p99 {P99Ms:0.00} ms, p99.9 {P999Ms:0.00} ms, max {MaxMs:0.00} ms");
        yield return Line($"allocated   {AllocatedBytesPerEntry:0} bytes an entry, in this process");
        yield return Line($"errors      {Errors}{(FirstError is null ? "" : ", the first: " + FirstError)}");
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
