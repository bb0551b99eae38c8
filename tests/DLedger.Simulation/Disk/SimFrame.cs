using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>One record of the write-ahead log.</summary>
internal sealed record SimFrame(string Group, SimChange Change, int Bytes)
{
    /// <summary>Where it ends in the write-ahead log.</summary>
    public WalAddress EndsAt { get; init; }

    /// <summary>Only a part of it got to the medium: recovery sees that by its checksum, and ends before it.</summary>
    public bool IsTorn { get; init; }
}
