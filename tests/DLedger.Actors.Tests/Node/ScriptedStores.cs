using DLedger.Core;

namespace DLedger.Actors.Tests.Node;

/// <summary>Memory stores whose disk does as it is told: holds its flushes back, stalls, fails, or throws.</summary>
internal sealed class ScriptedStores : ILogStoreFactory
{
    private readonly MemoryLogStoreFactory _inner = new(Guid.NewGuid);

    /// <summary>While true, nothing is reported as flushed.</summary>
    public bool HoldsFlushes { get; set; }

    /// <summary>Runs before a store is opened; may block, or throw.</summary>
    public Action BeforeOpen { get; set; } = () => { };

    /// <summary>Runs before an entry is looked for, on the reader's thread; may block.</summary>
    public Action BeforeFind { get; set; } = () => { };

    /// <summary>Runs before batches are read, on the reader's thread.</summary>
    public Action BeforeRead { get; set; } = () => { };

    /// <summary>Whether what does not fit only waits for the disk to make room.</summary>
    public bool SpaceIsComing { get; set; }

    /// <summary>When set, so much room and no more.</summary>
    public long? FreeBytes { get; set; }

    /// <summary>Runs before each batch is given to the log; may throw.</summary>
    public Action<Batch> BeforeAppend { get; set; } = _ => { };

    /// <summary>Runs after each batch was given to the log; may throw.</summary>
    public Action<Batch> AfterAppend { get; set; } = _ => { };

    /// <summary>The listener of the group that is open.</summary>
    public IStoreListener? Listener { get; private set; }

    /// <summary>How often a group was opened.</summary>
    public int Openings { get; private set; }

    /// <summary>Reports what was held back.</summary>
    public void ReleaseFlushes()
    {
        HoldsFlushes = false;
        if (_held is { } held) Listener!.Flushed(held);
    }

    /// <summary>As retention may do at any moment: everything that is in the log goes, and only what it ends with stays known.</summary>
    public void DropAll() => _group!.MoveBase(new LogBase(_group.Tail));

    /// <summary>The members of these tests have their settings' default, a disk.</summary>
    public bool IsDurable => true;

    public ILogStore Open(string group, string nodeId)
    {
        BeforeOpen();
        return new Store(this, _inner.Open(group, nodeId));
    }

    private WalAddress? _held;
    private Group? _group;

    private sealed class Store(ScriptedStores script, ILogStore inner) : ILogStore
    {
        public Guid StoreId => inner.StoreId;

        public IGroupLog OpenGroup(string group, IStoreListener listener)
        {
            script.Listener = listener;
            script.Openings++;
            return script._group = new Group(script, inner.OpenGroup(group, new Gate(script, listener)));
        }

        public void Dispose() => inner.Dispose();
    }

    private sealed class Gate(ScriptedStores script, IStoreListener listener) : IStoreListener
    {
        public void Flushed(WalAddress flushedTo)
        {
            script._held = flushedTo;
            if (!script.HoldsFlushes) listener.Flushed(flushedTo);
        }

        public void Failed(string reason) => listener.Failed(reason);

        public void Stalled(bool stalled) => listener.Stalled(stalled);

        public void SpaceChanged() => listener.SpaceChanged();

        public void BaseMoved(LogBase newBase) => listener.BaseMoved(newBase);

        public void CheckpointDue() => listener.CheckpointDue();
    }

    private sealed class Group(ScriptedStores script, IGroupLog inner) : IGroupLog, ILogWriter, ILogReader
    {
        public ILogWriter Writer => this;

        public ILogReader Reader => this;

        public IHardStateStore HardState => inner.HardState;

        public LogBase? FoundCheckpoint => inner.FoundCheckpoint;

        public LogBase Base => inner.Writer.Base;

        Tail ILogReader.Base => inner.Reader.Base;

        public Tail Tail => inner.Writer.Tail;

        public TermTable Terms => inner.Writer.Terms;

        public long FreeBytes => script.FreeBytes ?? inner.Writer.FreeBytes;

        public bool SpaceIsComing => script.SpaceIsComing;

        public int MaxBatchBytes => inner.Writer.MaxBatchBytes;

        public int MaxPrefixBytes => inner.Writer.MaxPrefixBytes;

        public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
        {
            script.BeforeAppend(batch);
            var outcome = inner.Writer.TryAppend(batch, out endsAt);
            script.AfterAppend(batch);
            return outcome;
        }

        public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt) => inner.Writer.TryTruncate(last, out endsAt);

        public WriteOutcome TryReset(LogBase newBase, out WalAddress endsAt) => inner.Writer.TryReset(newBase, out endsAt);

        public ReadOutcome Read(LogIndex from, int bytesMax, List<Batch> into)
        {
            script.BeforeRead();
            return inner.Reader.Read(from, bytesMax, into);
        }

        public LogIndex? Find(EntryIndex entry)
        {
            script.BeforeFind();
            return inner.Reader.Find(entry);
        }

        public LogPoint? PointAt(LogIndex index) => inner.Reader.PointAt(index);

        public Tail? FindNewBase(LogIndex committed) => inner.Writer.FindNewBase(committed);

        public void MoveBase(LogBase newBase) => inner.Writer.MoveBase(newBase);

        public void KeepCheckpoint(LogBase asOf) => inner.Writer.KeepCheckpoint(asOf);

        public void Dispose() => inner.Dispose();
    }
}
