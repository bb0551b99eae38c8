namespace DLedger.Core;

/// <summary>What a read of batches found.</summary>
internal enum ReadOutcome
{
    /// <summary>At least one batch.</summary>
    Found,

    /// <summary>The first batch asked for is at or below the base: retention or a reset took it.</summary>
    BelowBase,

    /// <summary>The first batch asked for is above the tail.</summary>
    AboveTail,
}
