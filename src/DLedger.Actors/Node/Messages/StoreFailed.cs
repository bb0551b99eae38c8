using DLedger.Core;

namespace DLedger.Node;

/// <summary>From the store, or a role: the group must stop for good.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Life">Of which opening of the store: what an earlier one has to say is no news.</param>
internal sealed record StoreFailed(string Reason, object Life) : ILocalMessage;
