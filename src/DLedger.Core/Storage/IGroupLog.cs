namespace DLedger.Core;

/// <summary>The log of one group within a store. Dispose awaits its outstanding I/O (a clean stop: everything given is flushed, then marked).</summary>
public interface IGroupLog : IDisposable
{
    ILogWriter Writer { get; }

    ILogReader Reader { get; }

    IHardStateStore HardState { get; }
}
