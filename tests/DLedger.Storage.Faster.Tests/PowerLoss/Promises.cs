using DLedger.Core;

namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>What a store has promised so far: what the next opening must find.</summary>
internal sealed class Promises
{
    /// <summary>Null until an opening has told it.</summary>
    public Guid? StoreId { get; set; }

    public HardState Saved { get; set; } = HardState.Initial;

    /// <summary>The save under way, which may have come to pass.</summary>
    public HardState? Saving { get; set; }

    /// <summary>Every batch given to the log.</summary>
    public List<Batch> Given { get; } = [];

    /// <summary>How many of them were told to be flushed.</summary>
    public int Flushed { get; set; }
}
