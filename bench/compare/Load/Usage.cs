namespace DLedger.Compare;

/// <summary>What processes used in a window, and the most memory they ever had, each its own.</summary>
internal sealed record Usage(double CpuSeconds, long WrittenBytes, long PeakRssBytes)
{
    public static Usage operator +(Usage left, Usage right) =>
        new(left.CpuSeconds + right.CpuSeconds, left.WrittenBytes + right.WrittenBytes, left.PeakRssBytes + right.PeakRssBytes);
}
