using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store: space ran out, or is back.</summary>
internal sealed record StoreSpaceChanged() : IControl, ILocalMessage;
