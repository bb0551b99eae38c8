namespace DLedger.Core;

/// <summary>
/// One opening of a group's log in memory, with its hard state. There is no I/O to await: every completion comes before the call returns.
/// </summary>
internal sealed class MemoryGroupLog : IGroupLog, IHardStateStore
{
    private readonly MemoryLog _log;
    private HardState _saved;
    private volatile bool _open = true;

    public MemoryGroupLog(MemoryLog log, HardState loaded)
    {
        _log = log;
        _saved = loaded;
        Loaded = loaded;
        FoundCheckpoint = log.Checkpoint;
    }

    public bool IsOpen => _open;

    public ILogWriter Writer => _log;

    public ILogReader Reader => _log;

    public IHardStateStore HardState => this;

    public HardState Loaded { get; }

    public LogBase? FoundCheckpoint { get; }

    /// <summary>The same log and the saved hard state for another owner.</summary>
    public MemoryGroupLog Reopened(IStoreListener listener) => new(_log.Reopened(listener), _saved);

    public void Save(HardState state, Action<string?> done)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(done);
        ObjectDisposedException.ThrowIf(!_open, this);
        _saved = state;
        done(null);
    }

    public void Dispose()
    {
        _open = false;
        _log.Close();
    }
}
