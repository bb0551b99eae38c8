using DLedger.Core;

namespace DLedger.Node;

/// <summary>QuorumAckChecker to Elector: start a heartbeat round, and say when a quorum has answered it.</summary>
internal sealed record ConfirmLeadership(Term Term, long Token) : ILocalMessage;
