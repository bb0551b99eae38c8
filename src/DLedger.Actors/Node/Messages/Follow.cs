using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler, and on down the data path: this node follows; the leader may not be known.</summary>
internal sealed record Follow(Term Term, string? Leader) : IControl, ILocalMessage;
