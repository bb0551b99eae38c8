namespace DLedger.Core;

/// <summary>
/// Stores for <c>durability = memory</c>: the same contract as on disk, with nothing behind it. Every opening is a wiped folder under a new store id
/// (SAFETY 7), so it is for tests and for trying things out. One factory stands for one machine: it refuses to open a member twice. Thread-safe.
/// </summary>
internal sealed class MemoryLogStoreFactory : ILogStoreFactory
{
    public const long DefaultBytesMax = 1L << 30;
    public const int DefaultBatchBytesMax = 16 << 20;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Group, string NodeId)> _open = [];
    private readonly Func<Guid> _newStoreId;
    private readonly MemoryLogLimits _limits;

    /// <param name="newStoreId">Draws the id of each store that is opened; never twice the same.</param>
    /// <param name="bytesMax">What one group's log may hold; beyond it appends get <see cref="WriteOutcome.DiskFull"/>.</param>
    /// <param name="retentionBytes">What <see cref="ILogWriter.FindNewBase"/> leaves of committed batches, at least; 0 keeps everything.</param>
    /// <param name="batchBytesMax">The largest batch, encoded.</param>
    public MemoryLogStoreFactory(
        Func<Guid> newStoreId,
        long bytesMax = DefaultBytesMax,
        long retentionBytes = 0,
        int batchBytesMax = DefaultBatchBytesMax)
    {
        ArgumentNullException.ThrowIfNull(newStoreId);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchBytesMax, Batch.HeaderBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, batchBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(retentionBytes);
        _newStoreId = newStoreId;
        _limits = new MemoryLogLimits(bytesMax, retentionBytes, batchBytesMax);
    }

    public bool IsDurable => false;

    public ILogStore Open(string group, string nodeId)
    {
        ArgumentException.ThrowIfNullOrEmpty(group);
        ArgumentException.ThrowIfNullOrEmpty(nodeId);
        lock (_gate)
        {
            if (!_open.Add((group, nodeId)))
                throw new StoreException($"The memory store of member {nodeId} of group {group} is in use: stop the other user first.");
        }

        return new MemoryLogStore(_newStoreId(), _limits, () => Close(group, nodeId));
    }

    private void Close(string group, string nodeId)
    {
        lock (_gate) _open.Remove((group, nodeId));
    }
}
