namespace DLedger.Core;

/// <summary>
/// The logs of one member in memory. They live as long as the store: a group may be closed and opened again, as after a role's failure.
/// </summary>
internal sealed class MemoryLogStore : ILogStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryGroupLog> _groups = [];
    private readonly MemoryLogLimits _limits;
    private readonly Action _release;
    private bool _disposed;

    public MemoryLogStore(Guid storeId, MemoryLogLimits limits, Action release)
    {
        StoreId = storeId;
        _limits = limits;
        _release = release;
    }

    public Guid StoreId { get; }

    public IGroupLog OpenGroup(string group, IStoreListener listener)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentNullException.ThrowIfNull(listener);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_groups.TryGetValue(group, out var before))
                return _groups[group] = new MemoryGroupLog(new MemoryLog(_limits, listener), HardState.Initial);
            if (before.IsOpen) throw new StoreException($"The log of group {group} is open already: close it first.");
            return _groups[group] = before.Reopened(listener);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var group in _groups.Values) group.Dispose();
            _groups.Clear();
        }

        _release();
    }
}
