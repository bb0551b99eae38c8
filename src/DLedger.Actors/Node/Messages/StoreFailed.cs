using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store, or a role: the group must stop for good.</summary>
internal sealed record StoreFailed(string Reason) : ILocalMessage;
