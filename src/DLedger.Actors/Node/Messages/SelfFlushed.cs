using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to QuorumAckChecker: the leader's own ack.</summary>
internal sealed record SelfFlushed(Term Term, LogIndex Flushed) : ILocalMessage;
