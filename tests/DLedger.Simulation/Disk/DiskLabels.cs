namespace DLedger.Simulation;

/// <summary>What a disk's events are called in the trace, put together once.</summary>
internal sealed class DiskLabels(string node)
{
    public string Wrote { get; } = $"{node} disk wrote";

    public string Synced { get; } = $"{node} disk synced";

    public string SaveSynced { get; } = $"{node} save synced";

    public string SaveRefused { get; } = $"{node} save refused";

    public string Saved { get; } = $"{node} saved";

    public string Flushed { get; } = $"{node} flushed";

    public string Watch { get; } = $"{node} disk watch";

    public string GoesOn { get; } = $"{node} disk goes on";

    public string Stalled { get; } = $"{node} stalled";

    public string NoLongerStalled { get; } = $"{node} no longer stalled";

    public string Failed { get; } = $"{node} failed";

    public string BaseMoved { get; } = $"{node} base moved";

    public string CheckpointDue { get; } = $"{node} checkpoint due";

    public string SpaceChanged { get; } = $"{node} space changed";
}
