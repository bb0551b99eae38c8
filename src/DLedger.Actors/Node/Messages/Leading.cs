using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to QuorumAckChecker, dispatchers and reader: this node leads from here on. The no-op that opens the term will be <paramref name="FirstOfTerm"/>. The table is the receiver's own.</summary>
internal sealed record Leading(Term Term, LogIndex FirstOfTerm, LogIndex Committed, LogIndex Flushed, Tail Base, TermTable Terms, IReadOnlyDictionary<string, Guid> Trusted) : ILocalMessage;
