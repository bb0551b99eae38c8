using DLedger.Core;

namespace DLedger.Protocol;

/// <summary>Raft 5.3 AppendEntries: batches behind <paramref name="Previous"/>, none for a heartbeat of the log; with the leader's commit position. <paramref name="Round"/> is the compare round that it builds on.</summary>
internal sealed record Push(Origin Origin, Term Term, long Round, LogPoint Previous, LogIndex Committed, IReadOnlyList<Batch> Batches) : PeerMessage(Origin, Term);
