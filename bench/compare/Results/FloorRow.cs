namespace DLedger.Compare;

/// <summary>What the machine does without any log, in one round.</summary>
/// <param name="OverwriteP50Ms">4 KiB written and fdatasync'ed over and over at the same place.</param>
/// <param name="FreshP50Ms">The same into preallocated space that was never written.</param>
/// <param name="Writers">Three threads, each with its own preallocated file.</param>
/// <param name="RoundTripP50Ms">1 KiB there and back between two ActorSystems over TCP, one at a time.</param>
/// <param name="BulkBytesPerSecond">64 KiB messages, 64 under way, one way.</param>
internal sealed record FloorRow(
    int Round,
    double PlannedSeconds,
    double OverwriteP50Ms,
    double OverwriteP99Ms,
    double FreshP50Ms,
    double FreshP99Ms,
    IReadOnlyList<WriterRate> Writers,
    double RoundTripP50Ms,
    double RoundTripP99Ms,
    double BulkBytesPerSecond)
{
    /// <summary>All three together, at the best size.</summary>
    public double BestBytesPerSecond => Writers.Max(writer => writer.BytesPerSecond);
}
