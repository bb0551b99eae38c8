using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>What a frame does to its group's log.</summary>
internal abstract record SimChange
{
    private SimChange()
    {
    }

    /// <summary>A batch; supersedes everything from its index on.</summary>
    public sealed record Append(Batch Batch) : SimChange;

    /// <summary>Everything above an index goes.</summary>
    public sealed record Truncate(LogIndex Last) : SimChange;

    /// <summary>Everything goes; the log starts elsewhere.</summary>
    public sealed record Reset(LogBase Base) : SimChange;

    /// <summary>Everything up to the new base goes.</summary>
    public sealed record MoveBase(LogBase Base) : SimChange;

    /// <summary>Nothing goes; an opening that finds this offers it.</summary>
    public sealed record Checkpoint(LogBase AsOf) : SimChange;
}
