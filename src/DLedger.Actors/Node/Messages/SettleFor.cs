using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to QuorumAckChecker: tell the Elector when everything up to here is committed and on this peer's disk.</summary>
internal sealed record SettleFor(Term Term, string Peer, LogIndex UpTo) : ILocalMessage;
