namespace DLedger.Storage.Faster.Tests.PowerLoss;

/// <summary>Ways to be wrong that the power-loss runs must notice.</summary>
internal enum JournalFlaw
{
    None,

    /// <summary>Says flushed without a sync.</summary>
    SkipsSyncs,

    /// <summary>Trusts at opening what may be in the page cache only (SAFETY 23).</summary>
    TrustsThePageCache,

    /// <summary>Does not sync the folder after making its file.</summary>
    ForgetsTheFolder,

    /// <summary>Does not check what it reads.</summary>
    ChecksNothing,
}
