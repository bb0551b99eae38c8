using DLedger.Core;

namespace DLedger.Node;

/// <summary>QuorumAckChecker to Elector: the answer to <see cref="SettleFor"/>.</summary>
internal sealed record TransferReady(Term Term, string Peer) : ILocalMessage;
