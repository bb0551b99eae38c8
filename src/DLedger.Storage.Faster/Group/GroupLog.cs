using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// The log of one group: gives frames to the write-ahead log and remembers what they add up to. The owner writes, one call at a time; the store core
/// below tells of flushes, puts the beginning on disk and writes the checkpoints.
/// </summary>
internal sealed class GroupLog : IGroupLog, ILogWriter
{
    /// <summary>
    /// Guards the state and the cache, for moments only; taken before the write-ahead log's lock, never held while the listener is called or the disk
    /// is waited for.
    /// </summary>
    private readonly Lock _gate = new();
    private readonly StoreCore _core;
    private readonly GroupState _state;
    private readonly BatchCache _cache;
    private readonly GroupReader _reader;

    /// <summary>The owner's copy: it may look at it without a lock.</summary>
    private readonly TermTable _terms;

    private readonly Action _onDisposed;

    /// <summary>
    /// How often the log was reset, and how many of these resets the store core has looked at: each may have left segments without use.
    /// </summary>
    private long _resets;
    private long _resetsSeen;
    private bool _disposed;

    public GroupLog(StoreCore core, GroupState state, Action onDisposed)
    {
        _core = core;
        _state = state;
        _cache = new BatchCache(core.Settings.CacheBytes);
        _reader = new GroupReader(_gate, state, _cache, core.Segments, core.Reporter);
        _terms = state.Terms.Clone();
        _onDisposed = onDisposed;
        FoundCheckpoint = state.Folded;
    }

    public ILogWriter Writer => this;

    public ILogReader Reader => _reader;

    public IHardStateStore HardState => _core.HardState;

    public LogBase? FoundCheckpoint { get; }

    public LogBase Base
    {
        get
        {
            lock (_gate) return _state.Base;
        }
    }

    public Tail Tail
    {
        get
        {
            lock (_gate) return _state.Tail;
        }
    }

    public TermTable Terms => _terms;

    public long FreeBytes => _core.Wal.FreeBytes;

    public bool SpaceIsComing => _core.Wal.SpaceIsComing;

    public int MaxBatchBytes => _core.Settings.MaxBatchBytes;

    public int MaxPrefixBytes => _core.Settings.MaxPrefixBytes;

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Invariant.Holds(batch.Encoded.Length <= MaxBatchBytes, $"A batch of {batch.Encoded.Length} bytes is larger than {MaxBatchBytes}.");
        WriteOutcome outcome;
        long end;
        string? failure;
        lock (_gate)
        {
            var refusal = _state.Refusal(batch);
            Invariant.Holds(refusal is null, $"{refusal}.");
            // A leader that cannot even open its term is of no use: batches without entries may use the reserve (SAFETY 27).
            outcome = _core.Wal.TryPlace(
                FrameKind.Batch, StoreIdentity.GroupNumber, batch.Encoded, batch.Checksum, mayUseReserve: batch.Count == 0,
                out var address, out end, out failure);
            if (outcome == WriteOutcome.Accepted)
            {
                if (batch.Index <= _state.Tail.Index)
                {
                    _cache.DropFrom(batch.Index);
                    _terms.TruncateAfter(batch.Index.Previous);
                }

                _terms.Append(batch.Point);
                _state.Append(batch, address);
                _cache.Add(batch, end, _core.Wal.FlushedTo);
            }
        }

        _core.Placed(outcome, failure, end);
        endsAt = new WalAddress(end);
        return outcome;
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        var kept = TailAt(last);
        var payload = RecordWriter.ToArray(kept, static (ref RecordWriter writer, Tail tail) => writer.Tail(tail));
        return TryControl(FrameKind.Truncate, payload, out endsAt, _ =>
        {
            _cache.DropFrom(kept.Index.Next);
            _terms.TruncateAfter(kept.Index);
            _state.Truncate(kept);
        });
    }

    public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt)
    {
        ArgumentNullException.ThrowIfNull(newBase);
        Invariant.Holds(newBase.Prefix.Length <= MaxPrefixBytes, $"A prefix of {newBase.Prefix.Length} bytes is larger than {MaxPrefixBytes}.");
        var payload = RecordWriter.ToArray(newBase, static (ref RecordWriter writer, LogBase logBase) => writer.Base(logBase));
        return TryControl(FrameKind.Reset, payload, out endsAt, address =>
        {
            _cache.Clear();
            _terms.Reset(newBase.Point);
            _state.Reset(newBase, address);
            _resets++;
        });
    }

    public Tail? FindNewBase(LogIndex committed)
    {
        lock (_gate)
        {
            var geometry = _core.Segments.Geometry;
            var inUse = geometry.SegmentOf(_state.Beginning.Address);
            if (_core.OldestWanted is not { } oldest || oldest <= inUse) return null;
            // Nothing is said of a beginning that a power loss could still undo.
            var flushed = _core.Wal.FlushedTo;
            if (_state.Beginning.Address >= flushed) return null;
            for (var first = oldest; first > inUse; first--)
            {
                if (_state.BeginningBetween(first * geometry.SegmentBytes, flushed, committed) is { } point) return _state.TailBefore(point);
            }

            return null;
        }
    }

    public void MoveBase(LogBase newBase)
    {
        ArgumentNullException.ThrowIfNull(newBase);
        lock (_gate)
        {
            var beginning = _state.BeginningBehind(newBase.Tail);
            Invariant.Holds(beginning is not null, $"{newBase} was not proposed as the base of a log from {_state.Base} to {_state.Tail}.");
            _state.MoveBase(new GroupBase(newBase, beginning!.Value.Address, _state.Beginning.Moves + 1, _core.Wal.TailAddress));
            _cache.DropUpTo(newBase.Index);
            _terms.DropUpTo(newBase.Point);
        }

        _core.Wake();
    }

    public void KeepCheckpoint(LogBase asOf)
    {
        ArgumentNullException.ThrowIfNull(asOf);
        lock (_gate)
        {
            _state.Fold(asOf);
            _core.Checkpoints.Keep(Captured(_core.Wal.End));
        }

        _core.Wake();
    }

    /// <summary>
    /// On the log's thread, with every new flushed address: true if a reset is flushed, behind which segments may have no use any more.
    /// </summary>
    public bool OnFlushed(long address)
    {
        lock (_gate)
        {
            _cache.Evict(address);
            return _resets != _resetsSeen && address > _state.Beginning.Address;
        }
    }

    /// <summary>Where the log begins now, to be put on disk; null as long as a power loss could undo it.</summary>
    public GroupBase? BeginningToSave()
    {
        lock (_gate)
        {
            if (_state.Beginning.Address >= _core.Wal.FlushedTo) return null;
            _resetsSeen = _resets;
            return _state.Beginning;
        }
    }

    /// <summary>The whole state as of the end of the write-ahead log.</summary>
    public Checkpoint Capture(WalEnd end)
    {
        lock (_gate) return Captured(end);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _reader.Close();
        }

        _onDisposed();
    }

    private Checkpoint Captured(WalEnd end) => new(
        end, _core.Incarnation, _core.Ages.All(), _state.Beginning, _state.Tail, _state.PointDue, _state.Folded, [.. _state.Terms.Runs],
        _state.Index.Snapshot());

    private WriteOutcome TryControl(FrameKind kind, byte[] payload, out WalAddress endsAt, Action<long> apply)
    {
        WriteOutcome outcome;
        long end;
        string? failure;
        lock (_gate)
        {
            outcome = _core.Wal.TryPlace(
                kind, StoreIdentity.GroupNumber, payload, Crc32C.Of(payload), mayUseReserve: true, out var address, out end, out failure);
            if (outcome == WriteOutcome.Accepted) apply(address);
        }

        _core.Placed(outcome, failure, end);
        endsAt = new WalAddress(end);
        return outcome;
    }

    /// <summary>
    /// The tail that a truncation leaves. Nearly always a cached batch; for one further back this reads it from disk, the one call of the writer that
    /// may.
    /// </summary>
    private Tail TailAt(LogIndex last)
    {
        lock (_gate)
        {
            Invariant.Holds(
                last >= _state.Base.Index && last <= _state.Tail.Index,
                $"The log from {_state.Base} to {_state.Tail} cannot be truncated to {last}.");
            if (last == _state.Base.Index) return _state.Base.Tail;
            if (_cache.TryGet(last, out var cached)) return cached.Tail;
        }

        var batches = new List<Batch>(1);
        Invariant.Holds(_reader.Read(last, 0, batches) == ReadOutcome.Found, $"Batch {last} is in the log.");
        return batches[0].Tail;
    }
}
