using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>
/// What the logs of a folder share, from an opening to its close: one write-ahead log over one set of segments, the file of the hard
/// state, the record of where the log begins, the checkpoints, the threads, and the one way to the listener. Owned by <see cref="FasterLedger"/>.
/// What one group's log holds stands above it, in <see cref="GroupLog"/>.
/// </summary>
internal sealed class StoreCore : IDisposable
{
    /// <summary>How often it is looked whether the folder is still the one that was opened.</summary>
    private static readonly TimeSpan PlaceCheckedEvery = TimeSpan.FromSeconds(1);

    private readonly SlotFile _identity;
    private readonly SlotFile _metaSlots;
    private readonly HardStateStore _hardState;
    private readonly Housekeeper _housekeeper;
    private readonly StoreTimers? _timers;
    private readonly ITimer _placeTimer;
    private readonly GroupState _state;

    /// <summary>Null until a group is opened.</summary>
    private GroupLog? _group;

    /// <summary>As it is on disk. Written by the housekeeper, and after its end by the closing thread.</summary>
    private WalMeta _meta;

    private StoreCore(
        StoreSettings settings, IStoreFiles files, TimeProvider time, StoreTimers? timers, StoreReporter reporter, RecoveredStore recovered,
        SlotFile identity)
    {
        Settings = settings;
        Reporter = reporter;
        _timers = timers;
        _identity = identity;
        _metaSlots = recovered.Meta;
        _meta = recovered.MetaRecord;
        _state = recovered.State;
        Segments = recovered.Segments;
        Ages = new SegmentAges(Segments.Geometry, time, recovered.Closed, recovered.Start.End);
        Checkpoints = new Checkpoints(files, settings.CheckpointBytes, recovered.CheckpointAt, recovered.NextCheckpointFile);
        _housekeeper = new Housekeeper(Keep, reporter);
        Wal = new WriteAheadLog(settings, Segments, reporter, time, recovered.Start, OnFlushed, Wake);
        try
        {
            _placeTimer = time.CreateTimer(static core => ((StoreCore)core!).Wake(), this, PlaceCheckedEvery, Timeout.InfiniteTimeSpan);
            _hardState = new HardStateStore(
                recovered.HardStateSlots, recovered.HardState, reporter, new StallWatch(time, settings.StallAfter, reporter));
        }
        catch
        {
            Wal.Dispose();
            throw;
        }
    }

    public StoreSettings Settings { get; }

    public StoreReporter Reporter { get; }

    public SegmentSet Segments { get; }

    public WriteAheadLog Wal { get; }

    public SegmentAges Ages { get; }

    public Checkpoints Checkpoints { get; }

    public IHardStateStore HardState => _hardState;

    /// <summary>The number of this opening (SAFETY 21).</summary>
    public uint Incarnation => _meta.Incarnation;

    /// <summary>The oldest segment that the settings want kept; null when they keep everything.</summary>
    public long? OldestWanted
    {
        get
        {
            if (Settings.RetentionBytes == 0 && Settings.RetentionAge == TimeSpan.Zero) return null;
            var tail = Wal.TailAddress;
            var oldest = Segments.First;
            if (Settings.RetentionBytes > 0) oldest = Math.Max(oldest, Segments.Geometry.SegmentOf(Math.Max(0, tail - Settings.RetentionBytes)));
            if (Settings.RetentionAge > TimeSpan.Zero) oldest = Math.Max(oldest, Ages.OldestWithin(Settings.RetentionAge) ?? 0);
            return Math.Min(oldest, Segments.Geometry.SegmentOf(tail));
        }
    }

    /// <summary>
    /// Recovers what is in the folder, cuts a torn tail, raises the incarnation, and returns with everything flushed. Throws
    /// <see cref="StoreException"/>.
    /// </summary>
    public static StoreCore Open(StoreSettings settings, IStoreFiles files, TimeProvider time, WalGeometry geometry, SlotFile identity)
    {
        var reporter = new StoreReporter();
        var recovered = StoreRecovery.Recover(files, geometry, time);
        StoreCore? core = null;
        StoreTimers? timers = null;
        try
        {
            // A test may move time by hand; else it is the store's own.
            if (ReferenceEquals(time, TimeProvider.System))
                timers = new StoreTimers(error => reporter.Failed($"A timer of the log failed: {error.Message}"));
            core = new StoreCore(settings, files, timers ?? time, timers, reporter, recovered, identity);
            core.Wal.AllocateAhead();
            if (!core.Wal.Begin()) throw new StoreException(reporter.Failure!);
            return core;
        }
        catch
        {
            if (core is not null)
            {
                core.Release();
            }
            else
            {
                timers?.Dispose();
                recovered.Dispose();
            }

            throw;
        }
    }

    /// <summary>The group's log; its listener hears of everything from here on.</summary>
    public GroupLog OpenGroup(IStoreListener listener, Action onDisposed)
    {
        _group = new GroupLog(this, _state, onDisposed);
        Reporter.Open(listener, Wal.FlushedTo);
        _housekeeper.Start();
        return _group;
    }

    /// <summary>Has the housekeeper look at what there is to do.</summary>
    public void Wake() => _housekeeper.Wake();

    /// <summary>A group gave a frame, or could not; called with no lock held.</summary>
    public void Placed(WriteOutcome outcome, string? failure, long end)
    {
        Wal.PlaceCompleted(outcome, failure);
        if (outcome != WriteOutcome.Accepted) return;
        Ages.GoneTo(end);
        if (Checkpoints.IsDue(end)) Wake();
    }

    /// <summary>
    /// A clean stop: the last flush, the mark, the checkpoint; only then the log, the device, the files. A failed store leaves the disk as it is.
    /// </summary>
    public void Dispose()
    {
        try
        {
            _housekeeper.Dispose();
            if (Wal.Close() is { } end && _group is { } group) WriteLastCheckpoint(group, end);
            Reporter.Close();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>On the log's thread, with every new flushed address.</summary>
    private void OnFlushed(long address)
    {
        if (_group?.OnFlushed(address) == true | Checkpoints.IsReady(address)) Wake();
    }

    private void Keep()
    {
        // Before anything is made in a folder that may be another by now. An ack for what only deleted files hold would be a promise that ends with
        // the process.
        if ((_identity.Displacement ?? _metaSlots.Displacement ?? _hardState.Displacement ?? Segments.Displacement()) is { } displacement)
        {
            Reporter.Failed(displacement);
            return;
        }

        DescriptorReserve.Fill();
        Wal.AllocateAhead();
        KeepBeginning(_group!);
        if (Checkpoints.TryAsk(Wal.TailAddress)) Reporter.CheckpointDue();
        Checkpoints.WriteReady(Wal.FlushedTo, _meta.Base.Moves);
        // What was dropped may be the space that a full disk had refused.
        Wal.AllocateAhead();
        _placeTimer.Change(PlaceCheckedEvery, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Whole segments that no log begins in any more are dropped: its base was moved, or it was reset. The new beginning is on disk before a file
    /// goes (SAFETY 25).
    /// </summary>
    private void KeepBeginning(GroupLog group)
    {
        if (group.BeginningToSave() is not { } beginning) return;
        var firstSegment = Segments.Geometry.SegmentOf(beginning.Address);
        var isMove = beginning.Moves > _meta.Base.Moves;
        if (firstSegment <= Segments.First && !isMove) return;
        var saved = _meta with { FirstSegment = firstSegment, Base = beginning };
        _metaSlots.Save(saved.Encode());
        _metaSlots.Copy();
        _meta = saved;
        if (isMove) Reporter.BaseMoved(beginning.Log);
        Ages.ForgetBelow(firstSegment);
        try
        {
            Segments.DropBelow(firstSegment);
        }
        catch (NoDescriptorException)
        {
            // The files are of no use any more and harm nobody: deleted with the next that go, or at the next opening.
        }
    }

    private void WriteLastCheckpoint(GroupLog group, WalEnd end)
    {
        try
        {
            // None may know of a move of the base that is not on disk.
            KeepBeginning(group);
            Checkpoints.Write(group.Capture(end));
        }
        catch (IOException error)
        {
            // The log itself is whole: without the checkpoint the next opening reads more. But the disk is sick, and its owner should hear.
            Reporter.Failed($"Writing the last checkpoint failed: {error.Message}");
        }
    }

    private void Release()
    {
        _placeTimer.Dispose();
        _housekeeper.Dispose();
        _hardState.Dispose();
        Wal.Dispose();
        _metaSlots.Dispose();
        Segments.Dispose();
        _timers?.Dispose();
    }
}
