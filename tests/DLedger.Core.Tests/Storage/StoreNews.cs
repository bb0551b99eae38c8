using Xunit;

namespace DLedger.Core.Tests.Storage;

/// <summary>What a store in memory reports; trouble that only a disk can have fails the test.</summary>
internal sealed class StoreNews : IStoreListener
{
    public WalAddress FlushedTo { get; private set; }

    public int SpaceChanges { get; private set; }

    public List<LogBase> Bases { get; } = [];

    public void Flushed(WalAddress flushedTo)
    {
        Assert.True(flushedTo > FlushedTo, "Addresses only grow.");
        FlushedTo = flushedTo;
    }

    public void Failed(string reason) => Assert.Fail(reason);

    public void Stalled(bool stalled) => Assert.Fail("Memory does not stall.");

    public void SpaceChanged() => SpaceChanges++;

    public void BaseMoved(LogBase newBase) => Bases.Add(newBase);

    public void CheckpointDue() => Assert.Fail("Memory needs no checkpoint.");
}
