using System.Globalization;
using System.Text;

namespace DLedger.Simulation.Tests;

/// <summary>What many runs contained, summed, and in how many of them each thing happened at all.</summary>
internal sealed class SwarmSummary
{
    private readonly SortedDictionary<string, (long Sum, int Seeds)> _counts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, int> _sizes = [];
    private double _seconds;
    private long _steps;

    public int Seeds { get; private set; }

    public int Violations { get; private set; }

    public void Add(SwarmResult result)
    {
        Seeds++;
        if (result.Violation is not null) Violations++;
        _seconds += result.Seconds;
        _steps += result.Steps;
        _sizes[result.Nodes] = _sizes.GetValueOrDefault(result.Nodes) + 1;
        foreach (var (name, count) in result.Counts)
        {
            var (sum, seeds) = _counts.GetValueOrDefault(name);
            _counts[name] = (sum + count, seeds + 1);
        }
    }

    public long SumOf(string name) => _counts.GetValueOrDefault(name).Sum;

    /// <summary>Of 1, the share of seeds in which it happened.</summary>
    public double ShareOf(string name) => Seeds == 0 ? 0 : (double)_counts.GetValueOrDefault(name).Seeds / Seeds;

    public string ToTable(int ran, TimeSpan elapsed, int jobs)
    {
        var text = new StringBuilder();
        var sizes = string.Join(", ", _sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.Value} of {size.Key}")));
        text.AppendLine(CultureInfo.InvariantCulture, $"{Seeds} seeds, {_seconds:0} virtual seconds, {_steps} steps; members: {sizes}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{ran} of them run now, in {elapsed.TotalSeconds:0.0} s with {jobs} jobs");
        text.AppendLine();
        text.AppendLine("| what | sum | seeds with it |");
        text.AppendLine("|---|---:|---:|");
        foreach (var name in Tally.Names) text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {SumOf(name)} | {ShareOf(name) * 100:0.0} % |");
        text.AppendLine();
        text.Append(Violations == 0 ? "verdict: no violation" : $"verdict: {Violations} seeds broke a promise");
        return text.ToString();
    }
}
