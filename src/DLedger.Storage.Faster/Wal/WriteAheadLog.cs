using DLedger.Core;
using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The write-ahead log of a store: frames of all groups in one FASTER log, flushed by one device. Knows nothing of log indexes; what it tells is how
/// far it is on disk.
/// </summary>
internal sealed partial class WriteAheadLog : IDisposable
{
    /// <summary>Orders sequence numbers and addresses; the innermost lock of the store but FASTER's own and the device's.</summary>
    private readonly Lock _gate = new();
    private readonly StoreSettings _settings;
    private readonly WalGeometry _geometry;
    private readonly SegmentSet _segments;
    private readonly StoreReporter _reporter;
    private readonly TimeProvider _time;
    private readonly Action<long> _onFlushed;
    private readonly Action _wakeHousekeeper;
    private readonly uint _incarnation;
    private readonly StallWatch _stalls;
    private readonly GroupSyncDevice _device;
    private readonly LatchedCommitManager _commits;
    private readonly FasterLog _log;
    private readonly TailFlush _tailFlush;
    private readonly ITimer _markTimer;
    private readonly ITimer _spaceTimer;
    private bool _closed;

    /// <param name="start">Where the scan at opening found the end of the log; everything before it is flushed.</param>
    /// <param name="onFlushed">Called on the log's thread, before the listener, with every new flushed address.</param>
    /// <param name="wakeHousekeeper">Called when <see cref="AllocateAhead"/> should run, from any thread, with no lock held.</param>
    public WriteAheadLog(
        StoreSettings settings, SegmentSet segments, StoreReporter reporter, TimeProvider time, WalStart start,
        Action<long> onFlushed, Action wakeHousekeeper)
    {
        _settings = settings;
        _segments = segments;
        _geometry = segments.Geometry;
        _reporter = reporter;
        _time = time;
        _onFlushed = onFlushed;
        _wakeHousekeeper = wakeHousekeeper;
        _incarnation = start.Incarnation;
        _sequence = start.LastSequence;
        _lastFrame = start.LastFrame;
        _tail = start.End;
        _flushedTo = start.End;
        _stalls = new StallWatch(time, settings.StallAfter, reporter);
        _commits = new LatchedCommitManager(Math.Max(WalGeometry.FirstAddress, segments.First * segments.Geometry.SegmentBytes), start.End);
        _device = new GroupSyncDevice(
            segments, new TailWindow(
                segments, settings.ZeroAheadBytes, settings.PageCacheBytes), reporter, _stalls, _gate, start.End, StartRound, EndRound);
        _markTimer = time.CreateTimer(static log => ((WriteAheadLog)log!).OnIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _spaceTimer = time.CreateTimer(
            static log => ((WriteAheadLog)log!)._wakeHousekeeper(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        FasterLog? log = null;
        try
        {
            log = _log = new FasterLog(new FasterLogSettings
            {
                LogDevice = _device,
                LogCommitManager = _commits,
                PageSize = settings.PageBytes,
                MemorySize = settings.MemoryBytes,
                SegmentSize = settings.SegmentBytes,
                MutableFraction = 0,
                // With it on, FASTER swallows the errors of its recovery and the next commit hangs.
                TryRecoverLatest = false,
            });
            if (start.End > WalGeometry.FirstAddress) _log.Recover();
            if (_device.ReadFailure is { } failure) throw new IOException(failure);
            _tailFlush = new TailFlush(_log);
            Core.Invariant.Holds(_log.TailAddress == start.End, $"FASTER opened its log at {_log.TailAddress} instead of {start.End}.");
            _device.Start();
        }
        catch
        {
            // Nobody else will ever know of it: its memory, its timers.
            _markTimer.Dispose();
            _spaceTimer.Dispose();
            _device.Dispose();
            log?.Dispose();
            _commits.Dispose();
            _stalls.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens this incarnation with a mark, flushed: whatever an earlier life left behind the end is dead from now on (SAFETY 21, 23). Without space
    /// for it the first frame that fits does the same.
    /// </summary>
    public bool Begin()
    {
        TryMark(mayUseReserve: true);
        return WaitFlushed(TailAddress);
    }

    /// <summary>
    /// Awaits the flush of everything given, marks it, flushes the mark. Nothing is accepted afterwards; the clean end of the log is returned, null
    /// if it failed.
    /// </summary>
    public WalEnd? Close()
    {
        // Without space for a mark it goes without: the checkpoint that follows says as much.
        if (WaitFlushed(TailAddress) && !_reporter.HasFailed && !_lastWasMark) TryMark(mayUseReserve: true);
        var end = WaitFlushed(TailAddress) && !_reporter.HasFailed ? End : (WalEnd?)null;
        lock (_gate) _closed = true;
        return end;
    }

    public void Dispose()
    {
        lock (_gate) _closed = true;
        _markTimer.Dispose();
        _spaceTimer.Dispose();
        // The device first: FASTER must not be torn down under a write that is running.
        _device.Dispose();
        _log.Dispose();
        _commits.Dispose();
        _stalls.Dispose();
    }
}
