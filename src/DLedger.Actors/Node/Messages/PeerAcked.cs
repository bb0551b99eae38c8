using DLedger.Core;

namespace DLedger.Node;

/// <summary>Dispatcher to QuorumAckChecker: this store of this peer has everything up to here on disk.</summary>
internal sealed record PeerAcked(Term Term, string Peer, Guid Store, LogIndex Flushed) : ILocalMessage;
