namespace DLedger.Compare;

/// <summary>What three writers reach together when each writes so much and syncs.</summary>
internal sealed record WriterRate(int SizeBytes, double BytesPerSecond);
