using DLedger.Core;

namespace DLedger.Node;

// What the store and its state have to say.

/// <summary>From the store: everything below is on disk.</summary>
internal sealed record StoreFlushed(WalAddress FlushedTo) : IControl, ILocalMessage;

/// <summary>From the store, or a role: the group must stop for good.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Life">Of which opening of the store: what an earlier one has to say is no news.</param>
internal sealed record StoreFailed(string Reason, object Life) : ILocalMessage;

/// <summary>From the store: a write takes too long, or came back.</summary>
internal sealed record StoreStalled(bool Stalled) : IControl, ILocalMessage;

/// <summary>From the store: space ran out, or is back.</summary>
internal sealed record StoreSpaceChanged() : IControl, ILocalMessage;

/// <summary>From the store: retention moved the beginning.</summary>
internal sealed record StoreBaseMoved(Tail Base) : ILocalMessage;

/// <summary>From the store: it wants the prefix that stands for the log up to its tail.</summary>
internal sealed record StoreCheckpointDue : ILocalMessage;

/// <summary>EntryHandler to Elector: whether the disk can be written to (SAFETY 24, 27).</summary>
internal sealed record StoreHealth(bool Healthy) : ILocalMessage;

/// <summary>From the hard state's store: <paramref name="Error"/> is null when it is on disk.</summary>
internal sealed record SaveCompleted(string? Error) : ILocalMessage;
