using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: refuse everything below this term from now on (SAFETY 2).</summary>
internal sealed record Fence(Term Term) : IControl, ILocalMessage;
