namespace DLedger.Core;

/// <summary>
/// A peer by the first store id that it showed (SAFETY 7). <paramref name="ConfirmedUs"/>: it has said that it knows all members, this one among
/// them, by the very store ids by which we know them.
/// </summary>
internal readonly record struct KnownPeer(string Id, Guid StoreId, bool ConfirmedUs);
