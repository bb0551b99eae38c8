using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: this node leads. <paramref name="Trusted"/>: the store ids whose acks count (SAFETY 7).</summary>
internal sealed record Lead(Term Term, IReadOnlyDictionary<string, Guid> Trusted) : IControl, ILocalMessage;
