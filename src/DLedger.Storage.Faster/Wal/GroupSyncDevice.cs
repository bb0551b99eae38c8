using FASTER.core;

namespace DLedger.Storage.Faster;

/// <summary>
/// FASTER's disk: on one thread of its own, N writes, ONE sync, N completions, and again. A sync starts only after every write that it shall cover
/// has returned, and a completion is told only after that sync (SAFETY 19). The first error is final: nothing is written, synced or told as done
/// after it (SAFETY 24).
/// </summary>
/// <remarks>
/// The same thread starts the next round and tells of the last one: from an append to its flush
/// there is one change of threads, and everything that arrives during one round goes into the next.
/// <para>Writes go to the files in the order of their addresses, and never hold a frame that is still being placed: what a killed process leaves is
/// the log up to somewhere, and nothing behind it (docs/adr/0023). FASTER hands over the start of a page before the end of the one before, and whole
/// sectors of its memory.</para>
/// </remarks>
internal sealed unsafe class GroupSyncDevice : StorageDeviceBase
{
    /// <summary>One write of FASTER is a sector or more; the disk below is written through the page cache.</summary>
    public const int SectorBytes = 512;

    private const uint ErrorCode = 1;

    /// <summary>Up to so much is copied, so that it takes one write with its last sector; more takes a second write instead.</summary>
    private const int StagedBytes = 32 * 1024;

    private readonly object _wake = new();
    private readonly SegmentSet _segments;
    private readonly TailWindow _window;
    private readonly StoreReporter _reporter;
    private readonly StallWatch _stalls;
    private readonly Action _startRound;
    private readonly Action<bool> _endRound;
    private readonly Thread _thread;
    private readonly List<long> _touched = [];
    private readonly byte[] _stage = GC.AllocateUninitializedArray<byte>(StagedBytes);
    private readonly Lock _placing;
    private readonly long _recoveredTo;
    private long _handedTo;
    private int _early;
    private List<WriteRequest> _waiting = [];
    private List<WriteRequest> _round = [];
    private bool _kicked;
    private bool _stopping;
    private volatile string? _readFailure;

    /// <param name="placing">Held while a frame is placed in FASTER's memory.</param>
    /// <param name="end">Where the log ends that is opened.</param>
    public GroupSyncDevice(
        SegmentSet segments, TailWindow window, StoreReporter reporter, StallWatch stalls, Lock placing, long end, Action startRound,
        Action<bool> endRound)
        : base("wal", SectorBytes, Devices.CAPACITY_UNSPECIFIED)
    {
        _segments = segments;
        _window = window;
        _reporter = reporter;
        _stalls = stalls;
        _placing = placing;
        _recoveredTo = _handedTo = end;
        _startRound = startRound;
        _endRound = endRound;
        _thread = new Thread(Run) { Name = "dledger-wal", IsBackground = true };
    }

    /// <summary>Why the last read failed: FASTER only logs that at recovery, so its caller has to ask.</summary>
    public string? ReadFailure => _readFailure;

    /// <summary>How many of those that wait are not to be written yet; after a failure none is, and all are told so.</summary>
    private int Early => _reporter.HasFailed ? 0 : _early;

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

    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        lock (_wake)
        {
            _waiting.Add(
                new WriteRequest(
                    sourceAddress, (segmentId * _segments.Geometry.SegmentBytes) + (long)destinationAddress, (int)numBytesToWrite, callback,
                    context));
            Monitor.Pulse(_wake);
        }
    }

    /// <summary>Used by FASTER only at recovery, for the page of the tail. Reads where it is called.</summary>
    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        var address = (segmentId * _segments.Geometry.SegmentBytes) + (long)sourceAddress;
        var into = new Span<byte>((void*)destinationAddress, (int)readLength);
        try
        {
            var read = _segments.Read(address, into);
            // What an earlier life left behind the end must not come back with the sector that it shares with the first new frame.
            into[(int)Math.Clamp(_recoveredTo - address, 0, read)..].Clear();
            callback(0, readLength, context);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
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
                while (!_kicked && _waiting.Count == Early && !_stopping) Monitor.Wait(_wake);
                if (_stopping && _waiting.Count == Early && !_kicked) return;
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
            catch (Exception error)
            {
                // Nothing may leave this thread silently: without it the log would stand still for ever. Nor may anything end the process.
                _reporter.Failed($"The write-ahead log stopped: {error.Message}");
                TellTheEnd();
            }
        }
    }

    private void TellTheEnd()
    {
        try
        {
            _endRound(false);
        }
        catch (Exception error)
        {
            // The failure is latched and told; who waits for a flush looks at it.
            _reporter.Failed($"The write-ahead log stopped: {error.Message}");
        }
    }

    private void RunRound()
    {
        TakeRound();
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

    /// <summary>Takes what waits, without a gap behind what was written before; what came early stays for a later round.</summary>
    private void TakeRound()
    {
        lock (_wake)
        {
            (_waiting, _round) = (_round, _waiting);
            _early = 0;
            if (_round.Count > 1) _round.Sort(static (one, other) => one.Address.CompareTo(other.Address));
            var count = 0;
            // After a failure nothing is written any more, and all are told so.
            for (; count < _round.Count && (_round[count].Address <= _handedTo || _reporter.HasFailed); count++)
                _handedTo = Math.Max(_handedTo, _round[count].Address + _round[count].Bytes);
            if (count == _round.Count) return;
            _early = _round.Count - count;
            for (var i = count; i < _round.Count; i++) _waiting.Add(_round[i]);
            _round.RemoveRange(count, _early);
        }
    }

    private void WriteAndTell()
    {
        var done = !_reporter.HasFailed && TryWriteAndSync();
        foreach (var write in _round) write.Callback(done ? 0 : ErrorCode, done ? (uint)write.Bytes : 0, write.Context);
        _round.Clear();
        _reporter.BeginRound();
        try
        {
            _endRound(done);
        }
        finally
        {
            bool isLast;
            lock (_wake) isLast = !_kicked && _waiting.Count == Early;
            _reporter.EndRound(isLast);
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
                Write(write);
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
        catch (Exception error)
        {
            _reporter.Failed($"Writing the log failed: {error.Message}");
            return false;
        }
    }

    /// <summary>
    /// Only the last sector may hold more than what is to be flushed: the beginning of what is placed right now. It is copied while nobody places
    /// anything, when all that is there is whole.
    /// </summary>
    private void Write(in WriteRequest write)
    {
        var bytes = new ReadOnlySpan<byte>((void*)write.Source, write.Bytes);
        var whole = Math.Max(0, write.Bytes - SectorBytes);
        var direct = write.Bytes > StagedBytes ? whole : 0;
        if (direct > 0) _segments.Write(write.Address, bytes[..direct]);
        bytes[direct..whole].CopyTo(_stage);
        lock (_placing) bytes[whole..].CopyTo(_stage.AsSpan(whole - direct));
        _segments.Write(write.Address + direct, _stage.AsSpan(0, write.Bytes - direct));
    }

    private readonly record struct WriteRequest(IntPtr Source, long Address, int Bytes, DeviceIOCompletionCallback Callback, object Context);
}
