using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>A folder on a <see cref="SimDisk"/>, open. Its groups share one write-ahead log.</summary>
internal sealed class SimLogStore : ILogStore
{
    private readonly SimDisk _disk;
    private readonly SortedDictionary<string, SimGroupLog> _groups = new(StringComparer.Ordinal);

    internal SimLogStore(SimDisk disk) => _disk = disk;

    public Guid StoreId => _disk.StoreId;

    internal IEnumerable<SimGroupLog> OpenGroups => _groups.Values;

    public IGroupLog OpenGroup(string group, IStoreListener listener)
    {
        if (_groups.ContainsKey(group)) throw new StoreException($"Group {group} is open already.");
        if (_disk.Failure is { } failure) throw new StoreException($"The disk of {_disk.Node.Id} has failed: {failure}");
        var log = new SimGroupLog(_disk, this, group, listener, _disk.Recover(group));
        _groups.Add(group, log);
        return log;
    }

    internal void Close(string group) => _groups.Remove(group);

    public void Dispose()
    {
        foreach (var group in _groups.Values.ToArray()) group.Dispose();
        _disk.CloseStore();
    }
}
