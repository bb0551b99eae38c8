using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The log of one group: gives frames to the write-ahead log, remembers where they are, reads them back. Its parts: writing (owner's thread), reading (any thread),
/// keeping (the housekeeper: checkpoints, retention).
/// </summary>
internal sealed partial class GroupLog : IGroupLog
{
    /// <summary>Guards the state and the cache, for moments only; taken before the write-ahead log's lock, never held while the listener is called or the disk is waited for.</summary>
    private readonly Lock _gate = new();
    private readonly FasterStoreOptions _options;
    private readonly IStoreFiles _files;
    private readonly TimeProvider _time;
    private readonly StoreReporter _reporter;
    private readonly SegmentSet _segments;
    private readonly WriteAheadLog _wal;
    private readonly HardStateStore _hardState;
    private readonly Housekeeper _housekeeper;
    private readonly GroupState _state;
    private readonly BatchCache _cache;
    private readonly Action<GroupLog> _onDisposed;
    private readonly SlotFile _identity;
    private readonly StoreTimers? _timers;
    private readonly ITimer _placeTimer;
    private bool _disposed;

    private GroupLog(
        FasterStoreOptions options, IStoreFiles files, TimeProvider time, StoreTimers? timers, StoreReporter reporter, RecoveredStore recovered, SlotFile identity, Action<GroupLog> onDisposed)
    {
        _identity = identity;
        _timers = timers;
        _options = options;
        _files = files;
        _time = time;
        _reporter = reporter;
        _onDisposed = onDisposed;
        _segments = recovered.Segments;
        _state = recovered.State;
        _cache = new BatchCache(options.CacheBytes);
        _terms = _state.Terms.Clone();
        _metaSlots = recovered.Meta;
        _meta = recovered.MetaRecord;
        _checkpointAt = recovered.CheckpointAt;
        _nextCheckpointFile = recovered.NextCheckpointFile;
        _closed = recovered.Closed;
        _currentSegment = _segments.Geometry.SegmentOf(recovered.Start.End);
        _housekeeper = new Housekeeper(Keep, reporter);
        _wal = new WriteAheadLog(options, _segments, reporter, time, recovered.Start, OnFlushed, () => _housekeeper.Wake());
        try
        {
            _placeTimer = time.CreateTimer(static log => ((GroupLog)log!)._housekeeper.Wake(), this, PlaceCheckedEvery, Timeout.InfiniteTimeSpan);
            _hardState = new HardStateStore(recovered.HardStateSlots, recovered.HardState, reporter, new StallWatch(time, options.StallAfter, reporter));
        }
        catch
        {
            _wal.Dispose();
            throw;
        }
    }

    public ILogWriter Writer => this;

    public ILogReader Reader => this;

    public IHardStateStore HardState => _hardState;

    /// <summary>Recovers what is in the folder, cuts a torn tail, raises the incarnation, and returns with everything flushed. Throws <see cref="StoreException"/>.</summary>
    public static GroupLog Open(FasterStoreOptions options, IStoreFiles files, TimeProvider time, IStoreListener listener, WalGeometry geometry, SlotFile identity, Action<GroupLog> onDisposed)
    {
        var reporter = new StoreReporter(listener);
        var recovered = StoreRecovery.Recover(files, geometry, time);
        GroupLog? log = null;
        StoreTimers? timers = null;
        try
        {
            // A test may move time by hand; else it is the store's own.
            if (ReferenceEquals(time, TimeProvider.System)) timers = new StoreTimers(error => reporter.Failed($"A timer of the log failed: {error.Message}"));
            log = new GroupLog(options, files, timers ?? time, timers, reporter, recovered, identity, onDisposed);
            log._wal.AllocateAhead();
            if (!log._wal.Begin()) throw new StoreException(reporter.Failure!);
            reporter.Open(log._wal.FlushedTo);
            log._housekeeper.Start();
            return log;
        }
        catch
        {
            if (log is not null)
            {
                log.Release();
            }
            else
            {
                timers?.Dispose();
                recovered.Dispose();
            }

            throw;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }

        // A clean stop: the last flush, the mark, the checkpoint; only then the log, the device, the files. A failed store leaves the disk as it is.
        try
        {
            _housekeeper.Dispose();
            if (_wal.Close() is { } end) WriteLastCheckpoint(end);
            _reporter.Close();
        }
        finally
        {
            Release();
            _onDisposed(this);
        }
    }

    private void Release()
    {
        _placeTimer.Dispose();
        _housekeeper.Dispose();
        _hardState.Dispose();
        _wal.Dispose();
        _metaSlots.Dispose();
        _segments.Dispose();
        _timers?.Dispose();
    }
}
