namespace DLedger.Core;

/// <summary>
/// A peer by the first store id that it showed (SAFETY 7). <paramref name="ConfirmedUs"/>: it has said that our store id is the first that it saw under our name.
/// </summary>
public readonly record struct KnownPeer(string Id, Guid StoreId, bool ConfirmedUs);
