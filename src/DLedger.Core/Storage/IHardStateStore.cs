namespace DLedger.Core;

/// <summary>Keeps what a node must never forget: its term, its vote, whom it knows (SAFETY 1).</summary>
internal interface IHardStateStore
{
    /// <summary>What was on disk at opening, rewritten and synced since (SAFETY 23); <see cref="HardState.Initial"/> for a new folder.</summary>
    HardState Loaded { get; }

    /// <summary>
    /// Saves and syncs, then calls <paramref name="done"/> once, from a thread of the store: null when it is on disk, else the reason why not
    /// (final). One save at a time. Never blocks.
    /// </summary>
    void Save(HardState state, Action<string?> done);
}
