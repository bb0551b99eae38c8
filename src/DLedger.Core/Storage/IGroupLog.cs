namespace DLedger.Core;

/// <summary>
/// The log of one group within a store. Dispose awaits its outstanding I/O (a clean stop: everything given is flushed, then marked).
/// </summary>
internal interface IGroupLog : IDisposable
{
    ILogWriter Writer { get; }

    ILogReader Reader { get; }

    IHardStateStore HardState { get; }

    /// <summary>
    /// The newest checkpoint that the opening found, if its tail is in the log: whoever folds the log may go on from its prefix instead of from that
    /// of <see cref="ILogWriter.Base"/>. Null if there is none.
    /// </summary>
    LogBase? FoundCheckpoint { get; }
}
