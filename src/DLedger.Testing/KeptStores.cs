using DLedger.Core;

namespace DLedger.Testing;

/// <summary>
/// The disks of a test group, in memory: what a member had when it stopped or was killed is there when it starts again, as on a disk that is synced
/// at each write.
/// </summary>
internal sealed class KeptStores(int batchBytesMax) : ILogStoreFactory
{
    private readonly Lock _gate = new();
    private readonly MemoryLogStoreFactory _stores = new(Guid.NewGuid, batchBytesMax: batchBytesMax);
    private readonly Dictionary<(string Group, string Id), ILogStore> _kept = [];

    public bool IsDurable => false;

    public ILogStore Open(string group, string nodeId)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue((group, nodeId), out var store)) _kept.Add((group, nodeId), store = _stores.Open(group, nodeId));
            return new Handle(store);
        }
    }

    /// <summary>A new, empty disk.</summary>
    public void Wipe(string group, string nodeId)
    {
        lock (_gate)
        {
            if (_kept.Remove((group, nodeId), out var store)) store.Dispose();
        }
    }

    /// <summary>Closing it closes nothing: each log in it is closed by its owner, and can be opened again.</summary>
    private sealed class Handle(ILogStore store) : ILogStore
    {
        public Guid StoreId => store.StoreId;

        public IGroupLog OpenGroup(string group, IStoreListener listener) => store.OpenGroup(group, listener);

        public void Dispose()
        {
        }
    }
}
