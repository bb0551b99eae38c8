using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// The log of one group on a <see cref="SimDisk"/>: its writer, its reader and its hard state in one, as all run on the world's thread.
/// </summary>
internal sealed partial class SimGroupLog : IGroupLog, IHardStateStore
{
    private readonly SimDisk _disk;
    private readonly SimLogStore _store;
    private readonly string _group;
    private readonly LogImage _image;

    internal SimGroupLog(SimDisk disk, SimLogStore store, string group, IStoreListener listener, LogImage image)
    {
        _disk = disk;
        _store = store;
        _group = group;
        _image = image;
        Listener = listener;
        Loaded = disk.SavedState(group);
        FoundCheckpoint = image.Checkpoint;
    }

    public ILogWriter Writer => this;

    public ILogReader Reader => this;

    public IHardStateStore HardState => this;

    public HardState Loaded { get; }

    public LogBase? FoundCheckpoint { get; }

    internal IStoreListener Listener { get; }

    internal bool IsOpen { get; private set; } = true;

    public void Save(HardState state, Action<string?> done)
    {
        CheckOpen();
        _disk.Save(_group, state, done);
    }

    /// <summary>
    /// Finishes what is under way at once: a real store would block here until the disk is done, and nothing else of the node would see the time
    /// pass.
    /// </summary>
    public void Dispose()
    {
        if (!IsOpen) return;
        IsOpen = false;
        _store.Close(_group);
        _disk.Finish(_group);
    }

    private void CheckOpen()
    {
        _disk.Node.World.IsOwnThread($"store of {_disk.Node.Id}");
        Invariant.Holds(IsOpen, "Nobody uses a log that is closed.");
    }
}
