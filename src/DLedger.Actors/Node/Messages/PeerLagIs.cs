using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="AskPeerLag"/>, in batches.</summary>
internal sealed record PeerLagIs(Term Term, string Peer, long Batches) : ILocalMessage;
