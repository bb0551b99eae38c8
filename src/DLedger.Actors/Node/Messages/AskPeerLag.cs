using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to QuorumAckChecker: how far behind is this peer?</summary>
internal sealed record AskPeerLag(Term Term, string Peer) : ILocalMessage;
