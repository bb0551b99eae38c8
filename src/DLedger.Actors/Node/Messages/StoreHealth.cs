using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to Elector: whether the disk can be written to (SAFETY 24, 27).</summary>
internal sealed record StoreHealth(bool Healthy) : ILocalMessage;
