using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store: a write takes too long, or came back.</summary>
internal sealed record StoreStalled(bool Stalled) : IControl, ILocalMessage;
