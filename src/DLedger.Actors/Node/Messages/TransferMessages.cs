using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

// A hand-over of leadership, and the search for whom to hand it to.

/// <summary>Elector to QuorumAckChecker: how far behind is this peer?</summary>
internal sealed record AskPeerLag(Term Term, string Peer) : ILocalMessage;

/// <summary>Answer to <see cref="AskPeerLag"/>, in batches.</summary>
internal sealed record PeerLagIs(Term Term, string Peer, long Batches) : ILocalMessage;

/// <summary>Elector to EntryHandler: take no more appends; have the quorum-ack checker report when <paramref name="For"/> has everything.</summary>
internal sealed record HoldAppends(Term Term, string For) : IControl, ILocalMessage;

/// <summary>Elector to EntryHandler: the transfer failed, go on.</summary>
internal sealed record ResumeAppends(Term Term) : IControl, ILocalMessage;

/// <summary>EntryHandler to QuorumAckChecker: tell the Elector when everything up to here is committed and on this peer's disk.</summary>
internal sealed record AwaitCaughtUp(Term Term, string Peer, LogIndex UpTo) : ILocalMessage;

/// <summary>QuorumAckChecker to Elector: the answer to <see cref="AwaitCaughtUp"/>.</summary>
internal sealed record TransferReady(Term Term, string Peer) : ILocalMessage;

/// <summary>
/// Elector to NodeActor: the answer to <see cref="ElectorActor.HandOver"/>, and what became of it. Never on the wire: no <see cref="TransferResult"/>
/// that goes astray can stand in for it.
/// </summary>
internal sealed record HandedOver(StopResult Outcome) : ILocalMessage;
