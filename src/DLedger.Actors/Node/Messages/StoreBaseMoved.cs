using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store: retention moved the beginning.</summary>
internal sealed record StoreBaseMoved(Tail Base) : ILocalMessage;
