namespace DLedger.Core;

/// <summary>
/// One folder with everything that a process keeps on disk: logs, hard states, identity. Hands out one log per group; nothing here assumes
/// that there is only one. Dispose awaits outstanding I/O and releases the folder.
/// </summary>
internal interface ILogStore : IDisposable
{
    /// <summary>Drawn at random when the folder was made; a wiped folder gets another (SAFETY 7).</summary>
    Guid StoreId { get; }

    /// <summary>
    /// Opens the log of a group, recovering what is there. Blocks while it reads; call it from a thread that may block. What it returns is
    /// flushed in full (SAFETY 23). Throws <see cref="StoreException"/>.
    /// </summary>
    IGroupLog OpenGroup(string group, IStoreListener listener);
}
