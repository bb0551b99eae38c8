using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>What the housekeeper does for the log: space ahead, checkpoints of the index, retention.</summary>
internal sealed partial class GroupLog
{
    /// <summary>A checkpoint holds the whole index: writing it for every so many bytes of log would let a huge log write little else.</summary>
    private const long LogBytesPerPoint = 8 * 32;

    /// <summary>How often it is looked whether the folder is still the one that was opened.</summary>
    private static readonly TimeSpan PlaceCheckedEvery = TimeSpan.FromSeconds(1);

    private readonly SlotFile _metaSlots;
    private readonly List<(long Segment, long ClosedAtMs)> _closed;
    private WalMeta _meta;
    private Checkpoint? _pending;
    private long _checkpointAt;
    private int _nextCheckpointFile;
    private long _checkpointEvery;
    private long _currentSegment;
    private long _pendingAt = long.MaxValue;
    private long _resets;
    private long _resetsSeen;
    private LogIndex _committed;

    private bool Retains => _options.RetentionBytes > 0 || _options.RetentionAge > TimeSpan.Zero;

    public void Retain(LogIndex committed)
    {
        lock (_gate) _committed = LogIndex.Max(_committed, committed);
        if (Retains && _segments.First < _segments.Geometry.SegmentOf(_wal.TailAddress)) _housekeeper.Wake();
    }

    /// <summary>On the log's thread, with every new flushed address.</summary>
    private void OnFlushed(long address)
    {
        bool wake;
        lock (_gate)
        {
            _cache.Evict(address);
            wake = address >= _pendingAt || (_resets != _resetsSeen && address > _state.BaseAddress);
        }

        if (wake) _housekeeper.Wake();
    }

    /// <summary>Under the lock, with every frame that was given.</summary>
    private void NoteWritten(long end)
    {
        var segment = _segments.Geometry.SegmentOf(end - 1);
        if (segment == _currentSegment) return;
        for (; _currentSegment < segment; _currentSegment++) _closed.Add((_currentSegment, _time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    private bool IsCheckpointDue(long end) => end - Volatile.Read(ref _checkpointAt) >= Math.Max(_options.CheckpointBytes, Volatile.Read(ref _checkpointEvery)) && Volatile.Read(ref _pendingAt) == long.MaxValue;

    private void Keep()
    {
        // Before anything is made in a folder that may be another by now. An ack for what only deleted files hold would be a promise that ends with the process.
        if ((_identity.Displacement ?? _metaSlots.Displacement ?? _hardState.Displacement ?? _segments.Displacement()) is { } displacement)
        {
            _reporter.Failed(displacement);
            return;
        }

        DescriptorReserve.Fill();
        _wal.AllocateAhead();
        KeepCheckpoint();
        DropOldSegments();
        // What was dropped may be the space that a full disk had refused.
        _wal.AllocateAhead();
        _placeTimer.Change(PlaceCheckedEvery, Timeout.InfiniteTimeSpan);
    }

    private void KeepCheckpoint()
    {
        if (_pending is null && IsCheckpointDue(_wal.TailAddress))
        {
            lock (_gate)
            {
                _pending = Capture(_wal.End);
                _pendingAt = _pending.End.Address;
            }
        }

        // A checkpoint holds only what is flushed (SAFETY 26): taken now, written once the log is on disk that far.
        if (_pending is { } ready && _wal.FlushedTo >= ready.End.Address)
        {
            TryWriteCheckpoint(ready);
            _pending = null;
            lock (_gate) _pendingAt = long.MaxValue;
        }
    }

    private void WriteLastCheckpoint(WalEnd end)
    {
        Checkpoint last;
        lock (_gate) last = Capture(end);
        try
        {
            TryWriteCheckpoint(last);
        }
        catch (IOException error)
        {
            // The log itself is whole: without the checkpoint the next opening reads more. But the disk is sick, and its owner should hear.
            _reporter.Failed($"Writing the last checkpoint failed: {error.Message}");
        }
    }

    private Checkpoint Capture(WalEnd end) => new(
        end, _meta.Incarnation, _meta.Retentions, _state.Base, _state.BaseAddress, _state.Tail, _state.PointDue, [.. _state.Terms.Runs], _state.Index.Snapshot(), [.. _closed]);

    private void TryWriteCheckpoint(Checkpoint checkpoint)
    {
        Volatile.Write(ref _checkpointAt, checkpoint.End.Address);
        Volatile.Write(ref _checkpointEvery, checkpoint.Points.Count * LogBytesPerPoint);
        var name = Checkpoint.FileNames[_nextCheckpointFile];
        try
        {
            // The other file keeps the checkpoint before, whole, until this one is.
            using (var file = _files.Open(name, create: true))
            {
                checkpoint.WriteTo(file);
                file.Sync();
            }

            _files.SyncFolder();
            _nextCheckpointFile = 1 - _nextCheckpointFile;
        }
        catch (Exception error) when (error is DiskFullException or NoDescriptorException)
        {
            // An index can be read again from the log; the next checkpoint is tried after as much log again.
        }
    }

    /// <summary>Whole segments that hold nothing but batches before the kept ones. The new beginning is on disk before a file goes (SAFETY 25).</summary>
    private void DropOldSegments()
    {
        WalMeta moved;
        long resets;
        lock (_gate)
        {
            if (DecideBase() is not { } decided) return;
            moved = decided;
            resets = _resets;
        }

        _metaSlots.Save(moved.Encode());
        _metaSlots.Copy();
        var baseMoved = false;
        lock (_gate)
        {
            _meta = moved;
            // A reset since then has a base of its own; the segments are as dead as before.
            if (resets == _resets && moved.Base.Index > _state.Base.Index)
            {
                _state.MoveBase(moved.Base, moved.ScanFrom);
                _cache.DropUpTo(moved.Base.Index);
                _termsBase = moved.Base.Point;
                baseMoved = true;
            }

            _closed.RemoveAll(closed => closed.Segment < moved.FirstSegment);
        }

        if (baseMoved) _reporter.BaseMoved(moved.Base);
        try
        {
            _segments.DropBelow(moved.FirstSegment);
        }
        catch (NoDescriptorException)
        {
            // The files are of no use any more and harm nobody: deleted with the next that go, or at the next opening.
        }
    }

    /// <summary>Where the log may begin from now on; null if that is where it begins.</summary>
    private WalMeta? DecideBase()
    {
        var geometry = _segments.Geometry;
        var tail = _wal.TailAddress;
        var flushed = _wal.FlushedTo;
        var newBase = _state.Base;
        var scanFrom = _state.BaseAddress;
        // Nothing is said of a beginning that a power loss could still undo.
        if (scanFrom >= flushed) return null;
        _resetsSeen = _resets;
        for (var first = OldestWanted(tail); first > geometry.SegmentOf(scanFrom); first--)
        {
            var position = _state.Index.FirstAtOrAboveAddress(first * geometry.SegmentBytes);
            while (position < _state.Index.Count && _state.Index[position].TimeBefore == IndexPoint.NoTime) position++;
            if (position == _state.Index.Count) continue;
            var point = _state.Index[position];
            // The base is the batch before the point, and the last committed batch stays.
            if (point.LogIndex > _committed.Value || point.LogIndex - 1 <= _state.Base.Index.Value || point.Address >= flushed) continue;
            var before = new LogIndex(point.LogIndex - 1);
            newBase = new Tail(before, _state.Terms.TermAt(before)!.Value, new EntryIndex(point.FirstEntry), new LogTime(point.TimeBefore));
            scanFrom = point.Address;
            break;
        }

        var firstSegment = geometry.SegmentOf(scanFrom);
        return firstSegment <= _segments.First
            ? null
            : _meta with { FirstSegment = firstSegment, ScanFrom = scanFrom, Base = newBase, Retentions = _meta.Retentions + 1, DecidedAt = tail };
    }

    /// <summary>The oldest segment that the settings want kept.</summary>
    private long OldestWanted(long tail)
    {
        var geometry = _segments.Geometry;
        var current = geometry.SegmentOf(tail);
        var oldest = _segments.First;
        if (_options.RetentionBytes > 0) oldest = Math.Max(oldest, geometry.SegmentOf(Math.Max(0, tail - _options.RetentionBytes)));
        if (_options.RetentionAge > TimeSpan.Zero)
        {
            var keepSince = (_time.GetUtcNow() - _options.RetentionAge).ToUnixTimeMilliseconds();
            foreach (var (segment, closedAtMs) in _closed)
            {
                if (closedAtMs < keepSince) oldest = Math.Max(oldest, segment + 1);
            }
        }

        return Math.Min(oldest, current);
    }
}
