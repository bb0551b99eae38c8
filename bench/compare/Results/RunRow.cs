namespace DLedger.Compare;

/// <summary>One measured cell of one contender in one round, or why there is none.</summary>
internal sealed record RunRow(
    int Round, string Contender, int SizeBytes, int Outstanding, int RatePerSecond, double PlannedSeconds, LoadResult? Load, string? Failure)
{
    public Cell Cell => new(SizeBytes, Outstanding);

    /// <summary>What has been measured once is not measured again when the file is continued.</summary>
    public (int Round, string Contender, int SizeBytes, int Outstanding, int RatePerSecond, double PlannedSeconds) Key =>
        (Round, Contender, SizeBytes, Outstanding, RatePerSecond, PlannedSeconds);

    public double Throughput => Load!.Entries / Load.Seconds;

    public Usage Usage => Load!.Servers is { } servers ? servers + Load.Client : Load.Client;

    public double CpuSecondsPerMillion(Usage usage) => usage.CpuSeconds / Math.Max(1, Load!.Entries) * 1e6;

    public double WrittenPerByte => Usage.WrittenBytes / (double)Math.Max(1, Load!.Entries * SizeBytes);
}
