using System.Diagnostics;
using HdrHistogram;

namespace DLedger.Compare;

/// <summary>Times of something done over and over by one thread.</summary>
internal sealed class Latency
{
    private const long HighestUs = 60_000_000;

    private readonly LongHistogram _us = new(HighestUs, 3);

    public double P50Ms => Ms(50);

    public double P99Ms => Ms(99);

    public void RecordSince(long timestamp) => _us.RecordValue(Math.Clamp((long)Stopwatch.GetElapsedTime(timestamp).TotalMicroseconds, 1, HighestUs));

    private double Ms(double percentile) => _us.TotalCount == 0 ? 0 : _us.GetValueAtPercentile(percentile) / 1000.0;
}
