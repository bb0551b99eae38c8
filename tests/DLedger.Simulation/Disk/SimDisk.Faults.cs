using DLedger.Core;

namespace DLedger.Simulation;

// What can be done to a disk, and how the store above hears of it.
internal sealed partial class SimDisk
{
    private const int ControlReserveBytes = 4096;

    private readonly SortedDictionary<string, LogImage> _wiped = new(StringComparer.Ordinal);
    private readonly SortedSet<long> _underWay = [];
    private readonly List<Action> _held = [];
    private string? _failure;
    private string? _nextFailure;
    private long _lastOperation;
    private long _allocatedBytes;
    private bool _isStalled;
    private bool _saidStalled;
    private bool _saidLow;

    /// <summary>How much is allocated ahead of need.</summary>
    public long SegmentBytes { get; set; } = 8 << 20;

    public bool IsFull { get; private set; }

    /// <summary>Whether this is not the folder that the node began with.</summary>
    public bool IsWiped { get; private set; }

    /// <summary>Frames that a crash has taken away.</summary>
    public long LostWrites { get; private set; }

    /// <summary>Frames of which a crash had left a part, found and dropped by a recovery.</summary>
    public long TornWrites { get; private set; }

    /// <summary>How often a log gave up batches that it had.</summary>
    public long Truncations { get; private set; }

    public bool HasFailed => _failure is not null;

    internal string? Failure => _failure;

    internal long FreeBytes
    {
        get
        {
            Allocate();
            return Math.Max(0, _allocatedBytes - ControlReserveBytes);
        }
    }

    /// <summary>While stalled, no sync and no save ends.</summary>
    public void Stall(bool stalled)
    {
        _isStalled = stalled;
        _node.World.Trace.Step(_node.World.Now, _node.Id, stalled ? "disk stalls" : "disk goes on");
        if (stalled) return;
        Action[] held = [.. _held];
        _held.Clear();
        foreach (var end in held) _node.World.After(TimeSpan.Zero, _labels.GoesOn, end);
    }

    /// <summary>The next sync or save fails, and with it everything until <see cref="Repair"/>.</summary>
    public void FailNext(string reason) => _nextFailure = reason;

    /// <summary>Takes back a failure that has not happened yet.</summary>
    public void CancelFailure() => _nextFailure = null;

    /// <summary>A disk that works again, with what was synced on it; for a node that is down.</summary>
    public void Repair()
    {
        RequireClosed();
        _failure = _nextFailure = null;
    }

    /// <summary>Nothing more can be allocated. What was allocated before can still be written.</summary>
    public void Fill(bool full)
    {
        Allocate();
        IsFull = full;
        _node.World.Trace.Step(_node.World.Now, _node.Id, full ? "disk full" : "disk has space");
        NoticeSpace();
    }

    /// <summary>The process ends without a clean stop.</summary>
    public void Crash(CrashLoss loss)
    {
        var kept = KeptBy(loss);
        // The write that was under way may have got half to the medium.
        var torn = kept < _issued && loss != CrashLoss.DropUnsynced && _random.Chance(0.5) ? _frames[kept] : null;
        LostWrites += _frames.Count - kept;
        _frames.RemoveRange(kept, _frames.Count - kept);
        if (torn is not null) _frames.Add(torn with { IsTorn = true });
        _issued = _written = _synced = kept;
        _end = kept == 0 ? new WalAddress(0) : _frames[kept - 1].EndsAt;
        foreach (var (group, state) in _savesUnderWay)
        {
            // A save that was under way: the old or the new one, each in a slot of its own, never a mixture.
            if (loss != CrashLoss.DropUnsynced && _random.Chance(0.5)) _hardStates[group] = state;
        }

        _images.Clear();
        _savesUnderWay.Clear();
        _flushEpoch++;
        _flushing = false;
        _underWay.Clear();
        _held.Clear();
        _saidStalled = _saidLow = false;
        _store = null;
    }

    /// <summary>An empty disk under the old name, for a node that is down.</summary>
    /// <param name="beforeFounding">The group has not been founded yet: the new folder takes the place of the old one in every respect.</param>
    public void Wipe(bool beforeFounding = false)
    {
        RequireClosed();
        foreach (var group in _frames.Select(frame => frame.Group).Distinct().ToArray()) _wiped[group] = ImageOf(group);
        _frames.Clear();
        _hardStates.Clear();
        _images.Clear();
        _issued = _written = _synced = 0;
        _end = new WalAddress(0);
        _damage = null;
        StoreId = NewStoreId();
        IsWiped = !beforeFounding;
    }

    /// <summary>Whether the folder that was wiped had a batch, or began behind it.</summary>
    public bool HadBeforeWipe(string group, LogPoint point) =>
        _wiped.TryGetValue(group, out var image) && (point.Index <= image.Base.Index || image.Terms.Contains(point));

    private int KeptBy(CrashLoss loss)
    {
        switch (loss)
        {
            case CrashLoss.DropUnsynced:
                return _synced;
            case CrashLoss.KeepWritten:
                return _random.Next(_written, _issued + 1);
            default:
                // Any of them may be missing; recovery ends at the first one that is.
                var kept = _synced;
                while (kept < _issued && _random.Chance(0.7)) kept++;
                return kept;
        }
    }

    private void DropTorn()
    {
        if (_frames.Count == 0 || !_frames[^1].IsTorn) return;
        _frames.RemoveAt(_frames.Count - 1);
        TornWrites++;
    }

    private long Begin()
    {
        var operation = ++_lastOperation;
        _underWay.Add(operation);
        _node.After(s_stalledAfter, _labels.Watch, () => Watch(operation));
        return operation;
    }

    private void Watch(long operation)
    {
        if (!_underWay.Contains(operation)) return;
        var awake = _node.World.Now - _node.ResumedAt;
        if (awake < s_stalledAfter)
        {
            // SAFETY 24: a pause of the process is no stall of the disk.
            _node.After(s_stalledAfter - awake, _labels.Watch, () => Watch(operation));
        }
        else if (!_saidStalled)
        {
            _saidStalled = true;
            Report(_labels.Stalled, listener => listener.Stalled(true));
        }
    }

    /// <summary>Ends an operation unless a crash has swallowed it, later if the disk stalls, badly if it is to fail.</summary>
    private void Complete(long operation, Action end)
    {
        if (!_underWay.Contains(operation)) return;
        if (_isStalled)
        {
            _held.Add(() => Complete(operation, end));
            return;
        }

        if (_failure is null && _nextFailure is { } reason)
        {
            _failure = reason;
            _node.World.Trace.Step(_node.World.Now, _node.Id, "disk fails");
            Report(_labels.Failed, listener => listener.Failed(reason));
        }

        End(operation);
        end();
    }

    private void End(long operation)
    {
        _underWay.Remove(operation);
        if (!_saidStalled || _underWay.Count > 0) return;
        _saidStalled = false;
        Report(_labels.NoLongerStalled, listener => listener.Stalled(false));
    }

    private void Allocate()
    {
        if (!IsFull && _allocatedBytes < SegmentBytes) _allocatedBytes = SegmentBytes;
    }

    /// <summary>Whether a batch, or with <paramref name="control"/> a control record, fits.</summary>
    internal bool Fits(int bytes, bool control)
    {
        Allocate();
        // More than one segment: the store allocates as much as it takes, while it can.
        return !IsFull || bytes <= _allocatedBytes - (control ? 0 : ControlReserveBytes);
    }

    private void TakeSpace(int bytes)
    {
        _allocatedBytes = Math.Max(0, _allocatedBytes - bytes);
        NoticeSpace();
    }

    private void NoticeSpace()
    {
        var isLow = FreeBytes < SegmentBytes / 8;
        if (isLow == _saidLow) return;
        _saidLow = isLow;
        Report(_labels.SpaceChanged, listener => listener.SpaceChanged());
    }

    private void RequireClosed()
    {
        if (_store is not null) throw new InvalidOperationException($"The store of {_node.Id} is open.");
    }
}
