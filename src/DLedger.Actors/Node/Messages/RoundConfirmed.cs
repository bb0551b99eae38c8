using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="ConfirmLeadership"/>.</summary>
internal sealed record RoundConfirmed(Term Term, long Token) : ILocalMessage;
