using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// FASTER's disk: on one thread of its own, N writes, ONE sync, N completions, and again. A sync starts only after every write that it shall cover has returned,
/// and a completion is told only after that sync (SAFETY 19). The first error is final: nothing is written, synced or told as done after it (SAFETY 24).
/// </summary>
/// <remarks>
/// The same thread starts the next round and tells of the last one: from an append to its flush
/// there is one change of threads, and everything that arrives during one round goes into the next.
/// </remarks>
internal sealed unsafe class GroupSyncDevice : StorageDeviceBase
{
    /// <summary>One write of FASTER is a sector or more; the disk below is written through the page cache.</summary>
    public const int SectorBytes = 512;

    private const uint ErrorCode = 1;

    private readonly object _wake = new();
    private readonly SegmentSet _segments;
    private readonly TailWindow _window;
    private readonly StoreReporter _reporter;
    private readonly StallWatch _stalls;
    private readonly Action _startRound;
    private readonly Action<bool> _endRound;
    private readonly Thread _thread;
    private readonly List<long> _touched = [];
    private List<WriteRequest> _waiting = [];
    private List<WriteRequest> _round = [];
    private bool _kicked;
    private bool _stopping;
    private volatile string? _readFailure;

    public GroupSyncDevice(SegmentSet segments, TailWindow window, StoreReporter reporter, StallWatch stalls, Action startRound, Action<bool> endRound)
        : base("wal", SectorBytes, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = segments;
        _window = window;
        _reporter = reporter;
        _stalls = stalls;
        _startRound = startRound;
        _endRound = endRound;
        _thread = new Thread(Run) { Name = "dledger-wal", IsBackground = true };
    }

    /// <summary>Why the last read failed: FASTER only logs that at recovery, so its caller has to ask.</summary>
    public string? ReadFailure => _readFailure;

    public void Start() => _thread.Start();

    /// <summary>There is something to flush: a round begins now, or right after the one that runs.</summary>
    public void Kick()
    {
        lock (_wake)
        {
            if (_kicked) return;
            _kicked = true;
            Monitor.Pulse(_wake);
        }
    }

    public override void WriteAsync(IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        lock (_wake)
        {
            _waiting.Add(new WriteRequest(sourceAddress, (segmentId * _segments.Geometry.SegmentBytes) + (long)destinationAddress, (int)numBytesToWrite, callback, context));
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Used by FASTER only at recovery, for the page of the tail. Reads where it is called.</summary>
    public override void ReadAsync(int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        var address = (segmentId * _segments.Geometry.SegmentBytes) + (long)sourceAddress;
        var into = new Span<byte>((void*)destinationAddress, (int)readLength);
        try
        {
            var read = _segments.Read(address, into);
            into[read..].Clear();
            callback(0, readLength, context);
        }
        catch (IOException error)
        {
            _readFailure = $"{_segments.PathOf(address)}: {error.Message}";
            callback(ErrorCode, 0, context);
        }
    }

    /// <summary>Segments are dropped by retention, never by FASTER.</summary>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <summary>Ends after the rounds that are waiting.</summary>
    public override void Dispose()
    {
        lock (_wake)
        {
            _stopping = true;
            Monitor.Pulse(_wake);
        }

        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted)) return;
        _thread.Join();
    }

    private void Run()
    {
        while (true)
        {
            bool kicked;
            lock (_wake)
            {
                while (!_kicked && _waiting.Count == 0 && !_stopping) Monitor.Wait(_wake);
                if (_stopping && _waiting.Count == 0 && !_kicked) return;
                kicked = _kicked;
                _kicked = false;
            }

            try
            {
                // This may call WriteAsync on this very thread.
                if (kicked && !_reporter.HasFailed) _startRound();
                RunRound();
                if (kicked && _reporter.HasFailed) _endRound(false);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // Nothing may leave this thread silently: without it the log would stand still for ever.
                _reporter.Failed($"The write-ahead log stopped: {error.Message}");
                _endRound(false);
            }
        }
    }

    private void RunRound()
    {
        lock (_wake) (_waiting, _round) = (_round, _waiting);
        if (_round.Count == 0) return;
        _stalls.Begin();
        try
        {
            WriteAndTell();
        }
        finally
        {
            // What runs on this thread after the telling holds up the log as a slow disk does, and counts as one.
            _stalls.End();
        }
    }

    private void WriteAndTell()
    {
        var done = !_reporter.HasFailed && TryWriteAndSync();
        foreach (var write in _round) write.Callback(done ? 0 : ErrorCode, done ? (uint)write.Bytes : 0, write.Context);
        _round.Clear();
        _reporter.BeginTelling();
        try
        {
            _endRound(done);
        }
        finally
        {
            bool idle;
            lock (_wake) idle = !_kicked && _waiting.Count == 0;
            _reporter.EndTelling(idle);
        }
    }

    private bool TryWriteAndSync()
    {
        try
        {
            _touched.Clear();
            long bytes = 0;
            long end = 0;
            foreach (var write in _round)
            {
                _segments.Write(write.Address, new ReadOnlySpan<byte>((void*)write.Source, write.Bytes));
                var segment = _segments.Geometry.SegmentOf(write.Address);
                if (!_touched.Contains(segment)) _touched.Add(segment);
                bytes += write.Bytes;
                end = Math.Max(end, write.Address + write.Bytes);
            }

            _window.ZeroAhead(end, bytes);

            foreach (var segment in _touched) _segments.Sync(segment);
            _window.UncacheBehind();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _reporter.Failed($"Writing the log failed: {error.Message}");
            return false;
        }
    }

    private readonly record struct WriteRequest(IntPtr Source, long Address, int Bytes, DeviceIOCompletionCallback Callback, object Context);
}
