using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>Opens the store on a simulated disk.</summary>
internal sealed class SimLogStoreFactory : ILogStoreFactory
{
    private readonly SimDisk _disk;

    public SimLogStoreFactory(SimDisk disk) => _disk = disk;

    public bool IsDurable => true;

    public ILogStore Open(string group, string nodeId)
    {
        if (nodeId != _disk.Node.Id) throw new StoreException($"The folder belongs to {_disk.Node.Id}, not to {nodeId}.");
        return _disk.OpenStore();
    }
}
