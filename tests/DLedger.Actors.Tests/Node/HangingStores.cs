using DLedger.Core;

namespace DLedger.Actors.Tests.Node;

/// <summary>Stores in memory whose opening or closing takes as long as a test wants.</summary>
internal sealed class HangingStores : ILogStoreFactory, IDisposable
{
    private readonly MemoryLogStoreFactory _inner = new(Guid.NewGuid);

    public ManualResetEventSlim OpenReached { get; } = new();

    public ManualResetEventSlim MayOpen { get; } = new(initialState: true);

    public ManualResetEventSlim MayClose { get; } = new(initialState: true);

    public ManualResetEventSlim CloseReached { get; } = new();

    public ManualResetEventSlim Closed { get; } = new();

    public bool IsDurable { get; init; } = true;

    public ILogStore Open(string group, string nodeId)
    {
        OpenReached.Set();
        MayOpen.Wait();
        return new Store(this, _inner.Open(group, nodeId));
    }

    public void Dispose()
    {
        MayOpen.Set();
        MayClose.Set();
    }

    private sealed class Store(HangingStores owner, ILogStore inner) : ILogStore
    {
        public Guid StoreId => inner.StoreId;

        public IGroupLog OpenGroup(string group, IStoreListener listener) => inner.OpenGroup(group, listener);

        public void Dispose()
        {
            owner.CloseReached.Set();
            owner.MayClose.Wait();
            inner.Dispose();
            owner.Closed.Set();
        }
    }
}
