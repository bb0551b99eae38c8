using System.Diagnostics.CodeAnalysis;
using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// A machine's disk. Knows apart what was handed over, what was written and what was synced, and takes virtual time for each:
/// <code>
///   handed over --write starts--> under way --write returns--> written --sync that began later ends--> synced
///   lost by any crash             part of it may be lost       lost with the machine's power          stays
/// </code>
/// It outlives its node's process. What happens to it, and what it does to the store above, is done from outside: <c>SimDisk.Faults.cs</c>.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The store belongs to the process that "
    + "opened it.")]
internal sealed partial class SimDisk
{
    private static readonly TimeSpan s_stalledAfter = TimeSpan.FromSeconds(1);

    private readonly SimNode _node;
    private readonly WorldRandom _random;
    private readonly List<SimFrame> _frames = [];
    private readonly SortedDictionary<string, HardState> _hardStates = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, HardState> _savesUnderWay = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, LogImage> _images = new(StringComparer.Ordinal);
    private WalAddress _end = new(0);
    private int _issued;
    private int _written;
    private int _synced;
    private long _sinceCheckpoint;
    private bool _flushing;
    private long _flushEpoch;
    private readonly DiskLabels _labels;
    private SimLogStore? _store;

    public SimDisk(SimNode node)
    {
        _node = node;
        _labels = new DiskLabels(node.Id);
        _random = node.World.Random.Fork($"disk of {node.Id}");
        StoreId = NewStoreId();
    }

    /// <summary>Of the folder on it.</summary>
    public Guid StoreId { get; private set; }

    public TimeSpan SyncLeast { get; set; } = TimeSpan.FromMicroseconds(150);

    public TimeSpan SyncMost { get; set; } = TimeSpan.FromMilliseconds(2);

    /// <summary>What each sync of the log takes longer for the moment.</summary>
    public TimeSpan SyncDelay { get; set; }

    /// <summary>For a save of the hard state, which is another file than the log.</summary>
    public TimeSpan SaveMost { get; set; } = TimeSpan.FromMilliseconds(2);

    public int MaxBatchBytes { get; set; } = (1 << 20) + (1 << 16);

    /// <summary>Above this much unflushed the store takes no more for the moment.</summary>
    public long UnflushedBytesMax { get; set; } = 16 << 20;

    /// <summary>Retention by bytes; 0 keeps everything.</summary>
    public long RetentionBytes { get; set; }

    /// <summary>How much is written until a checkpoint is due; 0 for never.</summary>
    public long CheckpointBytes { get; set; }

    internal SimNode Node => _node;

    /// <summary>Sees every save as it begins.</summary>
    public Action<string, HardState>? OnSave { get; set; }

    /// <summary>Sees every batch as it is given to the log.</summary>
    public Action<string, Batch>? OnAppend { get; set; }

    /// <summary>Told when a log has given up batches that it had.</summary>
    public Action? OnGaveUp { get; set; }

    /// <summary>Sees where a log will begin, before it does.</summary>
    public Action<string, Tail>? OnMoveBase { get; set; }

    /// <summary>What would survive the loss of power now.</summary>
    public HardState SavedState(string group) => _hardStates.GetValueOrDefault(group, HardState.Initial);

    /// <summary>The log's last batch, synced or not.</summary>
    public Tail TailOf(string group) => ImageOf(group).Tail;

    /// <summary>What stands before the log's first batch.</summary>
    public Tail BaseOf(string group) => ImageOf(group).Base.Tail;

    /// <summary>A batch of a group's log, synced or not; null if it has none at this index.</summary>
    public Batch? BatchAt(string group, LogIndex index) => ImageOf(group).At(index);

    /// <summary>The batch that holds an entry.</summary>
    public Batch? BatchHolding(string group, EntryIndex entry) => ImageOf(group).Holding(entry);

    /// <summary>Whether a batch is synced and nothing has been given to the log that takes it away, or the log begins behind it.</summary>
    public bool IsFlushed(string group, LogPoint point)
    {
        var image = ImageOf(group);
        if (point.Index <= image.Base.Index) return true;
        return image.At(point.Index) is { } batch && batch.Term == point.Term && IsFlushed(image.EndOf(point.Index));
    }

    /// <summary>Whether the reset that this log begins with is synced; true for a log that was never reset.</summary>
    public bool IsBaseFlushed(string group) => ImageOf(group).ResetEndsAt is var end && (end.Value == 0 || IsFlushed(end));

    internal bool IsFlushed(WalAddress address) => _synced > 0 && address <= _frames[_synced - 1].EndsAt;

    internal long UnflushedBytes
    {
        get
        {
            long bytes = 0;
            for (var i = _synced; i < _frames.Count; i++) bytes += _frames[i].Bytes;
            return bytes;
        }
    }

    internal SimLogStore OpenStore()
    {
        if (_failure is not null) throw new StoreException($"The disk of {_node.Id} has failed: {_failure}");
        if (_store is not null) throw new StoreException($"The folder of {_node.Id} is in use by another process.");
        _store = new SimLogStore(this);
        return _store;
    }

    internal void CloseStore() => _store = null;

    /// <summary>The log of a group as recovery finds it, all of it flushed from now on (SAFETY 23).</summary>
    internal LogImage Recover(string group)
    {
        DropTorn();
        // Rewriting what was found also syncs what other open groups have written: one write-ahead log, one sync.
        FinishFlush();
        MeetDamageAtOpening(group);
        var image = ImageOf(group);
        var hardState = SavedState(group);
        if (hardState.Term < image.Tail.Term)
            throw new StoreDamagedException("hard-state", 0, $"its term is {hardState.Term}, the log's last is {image.Tail.Term}");
        return image;
    }

    internal LogImage ImageOf(string group)
    {
        if (_images.TryGetValue(group, out var known)) return known;
        var image = new LogImage();
        foreach (var frame in _frames)
        {
            if (frame.IsTorn) break;
            if (frame.Group == group) image.Apply(frame.Change, frame.EndsAt);
        }

        _images.Add(group, image);
        return image;
    }

    internal WalAddress Write(string group, SimChange change, int bytes)
    {
        _end = new WalAddress(_end.Value + bytes);
        // Built before the frame is there: it applies what it finds.
        var image = ImageOf(group);
        var tail = image.Tail;
        _frames.Add(new SimFrame(group, change, bytes) { EndsAt = _end });
        image.Apply(change, _end);
        if (change is not (SimChange.MoveBase or SimChange.Checkpoint) && image.Tail.Index <= tail.Index && tail.Index > LogIndex.None)
        {
            Truncations++;
            OnGaveUp?.Invoke();
        }

        if (change is SimChange.Append append) OnAppend?.Invoke(group, append.Batch);
        AskForCheckpoint(bytes);
        TakeSpace(bytes);
        Flush();
        return _end;
    }

    internal void Save(string group, HardState state, Action<string?> done)
    {
        Invariant.Holds(!_savesUnderWay.ContainsKey(group), "One save at a time.");
        if (_failure is { } failure)
        {
            _node.After(TimeSpan.Zero, _labels.SaveRefused, () => done(failure));
            return;
        }

        OnSave?.Invoke(group, state);
        _savesUnderWay[group] = state;
        var operation = Begin();
        _node.World.After(WriteTime() + SaveTime(), _labels.SaveSynced, () => Complete(operation, () =>
        {
            // Nobody knows what a failed save has left behind.
            if (_failure is null || _random.Chance(0.5)) EndSave(group, state);
            else _savesUnderWay.Remove(group);
            var reason = _failure;
            _node.HappenNow(_labels.Saved, () => done(reason));
        }));
    }

    /// <summary>A clean stop: what is under way is finished.</summary>
    internal void Finish(string group)
    {
        if (_failure is not null) return;
        FinishFlush();
        if (_savesUnderWay.TryGetValue(group, out var state)) EndSave(group, state);
    }

    private void EndSave(string group, HardState state)
    {
        // A clean stop may have finished it already, and another save may have begun since.
        if (!ReferenceEquals(_savesUnderWay.GetValueOrDefault(group), state)) return;
        _savesUnderWay.Remove(group);
        _hardStates[group] = state;
    }

    private void FinishFlush()
    {
        _flushEpoch++;
        _flushing = false;
        if (_synced == _frames.Count) return;
        _issued = _written = _synced = _frames.Count;
        ReportFlushed();
    }

    private void Flush()
    {
        if (_flushing || _failure is not null || _synced == _frames.Count) return;
        _flushing = true;
        _issued = _frames.Count;
        var epoch = _flushEpoch;
        var operation = Begin();
        _node.World.After(WriteTime(), _labels.Wrote, () => Written(epoch, operation));
    }

    private void Written(long epoch, long operation)
    {
        if (epoch != _flushEpoch)
        {
            End(operation);
            return;
        }

        // SAFETY 19: the sync that begins now covers what has returned, and nothing that comes from now on.
        _written = _issued;
        var covered = _written;
        _node.World.After(SyncTime(), _labels.Synced, () => Complete(operation, () => Synced(epoch, covered)));
    }

    private void Synced(long epoch, int covered)
    {
        if (epoch != _flushEpoch || _failure is not null) return;
        _synced = covered;
        _flushing = false;
        ReportFlushed();
        Flush();
    }

    private void ReportFlushed()
    {
        var flushedTo = _frames[_synced - 1].EndsAt;
        Report(_labels.Flushed, listener => listener.Flushed(flushedTo));
        foreach (var group in _store?.OpenGroups ?? [])
            foreach (var newBase in group.MovedBy(flushedTo)) Report(group, _labels.BaseMoved, listener => listener.BaseMoved(newBase));
    }

    private void AskForCheckpoint(int bytes)
    {
        _sinceCheckpoint += bytes;
        if (CheckpointBytes == 0 || _sinceCheckpoint < CheckpointBytes) return;
        _sinceCheckpoint = 0;
        Report(_labels.CheckpointDue, listener => listener.CheckpointDue());
    }

    /// <summary>Tells every open group, never from inside a call of its own.</summary>
    private void Report(string label, Action<IStoreListener> tell)
    {
        if (_store is null) return;
        foreach (var group in _store.OpenGroups) Report(group, label, tell);
    }

    private void Report(SimGroupLog group, string label, Action<IStoreListener> tell) => _node.After(TimeSpan.Zero, label, () =>
    {
        if (group.IsOpen) tell(group.Listener);
    });

    private TimeSpan WriteTime() => _random.Between(TimeSpan.FromMicroseconds(5), TimeSpan.FromMicroseconds(60));

    private TimeSpan SyncTime() => _random.Between(SyncLeast, SyncMost) + SyncDelay;

    private TimeSpan SaveTime() => _random.Between(TimeSpan.FromMicroseconds(150), SaveMost);

    private Guid NewStoreId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
