using DLedger.Core;

namespace DLedger.Simulation.Tests;

/// <summary>Writes down what a store reports.</summary>
internal sealed class Recorder : IStoreListener
{
    public WalAddress FlushedTo { get; private set; }

    public List<string> Reports { get; } = [];

    public void Flushed(WalAddress flushedTo)
    {
        Invariant.Holds(flushedTo > FlushedTo, "Flushed addresses grow.");
        FlushedTo = flushedTo;
    }

    public void Failed(string reason) => Reports.Add($"failed: {reason}");

    public void Stalled(bool stalled) => Reports.Add($"stalled: {stalled}");

    public void SpaceChanged() => Reports.Add("space changed");

    public void BaseMoved(LogBase newBase) => Reports.Add($"base moved: {newBase.Index}");

    public void CheckpointDue() => Reports.Add("checkpoint due");
}
