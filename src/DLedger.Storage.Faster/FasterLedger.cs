using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>The folder of one member: its lock, its identity, and the store core of its logs while one is open.</summary>
internal sealed class FasterLedger : ILogStore
{
    private const string LockName = "lock";

    private readonly Lock _gate = new();
    private readonly StoreSettings _settings;
    private readonly IStoreFiles _files;
    private readonly TimeProvider _time;
    private readonly IDisposable _lock;
    private readonly StoreIdentity _identity;
    private readonly SlotFile _identitySlots;
    private StoreCore? _core;
    private GroupLog? _log;
    private bool _opening;
    private bool _disposed;

    private FasterLedger(
        StoreSettings settings, IStoreFiles files, TimeProvider time, IDisposable folderLock, SlotFile identitySlots, StoreIdentity identity)
    {
        _identitySlots = identitySlots;
        _settings = settings;
        _files = files;
        _time = time;
        _lock = folderLock;
        _identity = identity;
    }

    public Guid StoreId => _identity.StoreId;

    public static FasterLedger Open(StoreSettings settings, IStoreFiles files, TimeProvider time, string group, string nodeId) => Guarded(files, () =>
    {
        var folderLock = Lock(files);
        SlotFile? slots = null;
        try
        {
            slots = OpenIdentity(files) ?? MakeIdentity(settings, files, group, nodeId);
            var identity = slots.Read(StoreIdentity.Read);
            CheckIdentity(identity, settings, files, group, nodeId);
            MakeDurable(files, slots);
            return new FasterLedger(settings, files, time, folderLock, slots, identity);
        }
        catch
        {
            slots?.Dispose();
            folderLock.Dispose();
            throw;
        }
    });

    public IGroupLog OpenGroup(string group, IStoreListener listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (group != _identity.Group) throw new StoreException($"{_files.PathOf("")} holds group '{_identity.Group}', not '{group}'.");
            if (_log is not null || _opening) throw new StoreException($"Group '{group}' of {_files.PathOf("")} is open already.");
            _opening = true;
        }

        try
        {
            var core = Guarded(_files, () => StoreCore.Open(_settings, _files, _time, _identity.Geometry, _identitySlots));
            try
            {
                var log = core.OpenGroup(listener, () => Close(core));
                lock (_gate) (_core, _log) = (core, log);
                return log;
            }
            catch
            {
                core.Dispose();
                throw;
            }
        }
        finally
        {
            lock (_gate) _opening = false;
        }
    }

    public void Dispose()
    {
        GroupLog? log;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            log = _log;
        }

        try
        {
            log?.Dispose();
        }
        finally
        {
            _identitySlots.Dispose();
            _lock.Dispose();
        }
    }

    /// <summary>The folder's lock; held by another process, that is said in one line.</summary>
    internal static IDisposable Lock(IStoreFiles files) => files.TryLock(LockName) ?? throw InUse(files);

    internal static StoreException InUse(IStoreFiles files) => new(
        $"{files.PathOf("")} is in use by another process (or another member of this one). Stop that one, or give this member a folder of its own.");

    /// <summary>
    /// The identity, locked for as long as it is open: the lock file may be deleted, and a second process then locks another one; this file none can
    /// do without (SAFETY 28). Null for a folder that was never finished; a damaged identity next to a log is refused.
    /// </summary>
    internal static SlotFile? OpenIdentity(IStoreFiles files)
    {
        if (SlotFile.TryOpen(files, StoreIdentity.FileName, out var reason) is { } slots) return slots.Locked(files);

        // Segments are made only after the identity: without any, making the folder was interrupted and nothing was ever said on its strength.
        if (files.List().Any(name => WalGeometry.SegmentNumber(name) is not null))
            throw new StoreDamagedException(files.PathOf(StoreIdentity.FileName), 0, reason);
        return null;
    }

    /// <summary>
    /// An identity that was read may have been in the page cache alone, left there by a killed process: it is made durable, name and all, before the
    /// log that relies on it gets its first file (SAFETY 23).
    /// </summary>
    private static void MakeDurable(IStoreFiles files, SlotFile slots)
    {
        slots.Rewrite();
        files.SyncFolder();
    }

    private static SlotFile MakeIdentity(StoreSettings settings, IStoreFiles files, string group, string nodeId)
    {
        var geometry = new WalGeometry(settings.PageBytes, settings.SegmentBytes);
        var identity = new StoreIdentity(group, nodeId, settings.ClusterId, Guid.NewGuid(), geometry);
        using var hardState = SlotFile.Create(files, HardStateRecord.FileName, HardStateRecord.Encode(HardState.Initial), HardStateRecord.SlotBytes);
        using var meta = SlotFile.Create(files, WalMeta.FileName, WalMeta.New.Encode(), WalMeta.SlotBytes);
        // Last: from here on the other two must be there.
        using (SlotFile.Create(files, StoreIdentity.FileName, identity.Encode()))
        {
            // Opened anew below, as any later opening does it.
        }

        return OpenIdentity(files) ?? throw new StoreException($"{files.PathOf(StoreIdentity.FileName)} was deleted as soon as it was made.");
    }

    private static void CheckIdentity(StoreIdentity identity, StoreSettings settings, IStoreFiles files, string group, string nodeId)
    {
        var folder = files.PathOf("");
        if (identity.Group != group || identity.NodeId != nodeId)
            throw new StoreException($"{folder} belongs to member '{identity.NodeId}' of group '{identity.Group}', not to '{nodeId}' of '{group}'.");
        if (identity.ClusterId != settings.ClusterId)
            throw new StoreException($"{folder} belongs to cluster '{identity.ClusterId}', not to '{settings.ClusterId}'.");
        if (identity.Geometry.PageBytes != settings.PageBytes)
            throw CannotChange(folder, nameof(settings.PageBytes), settings.PageBytes, identity.Geometry.PageBytes);
        if (identity.Geometry.SegmentBytes != settings.SegmentBytes)
            throw CannotChange(folder, nameof(settings.SegmentBytes), settings.SegmentBytes, identity.Geometry.SegmentBytes);
    }

    private static StoreException CannotChange(string folder, string setting, long value, long madeWith) =>
        new($"{setting} = {value}, but {folder} was made with {madeWith}, which cannot be changed.");

    /// <summary>What the disk refuses becomes the one kind of exception that openers know.</summary>
    internal static T Guarded<T>(IStoreFiles files, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{files.PathOf("")} cannot be opened: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>The last log of the store core was closed, and the core with it.</summary>
    private void Close(StoreCore core)
    {
        try
        {
            core.Dispose();
        }
        finally
        {
            lock (_gate)
            {
                if (_core == core) (_core, _log) = (null, null);
            }
        }
    }
}
