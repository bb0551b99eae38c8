using DLedger.Core;

namespace DLedger.Node;

/// <summary>To the Elector: a message showed a higher term.</summary>
internal sealed record HigherTermSeen(Term Term) : ILocalMessage;
