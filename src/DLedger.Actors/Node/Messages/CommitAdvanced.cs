using DLedger.Core;

namespace DLedger.Node;

/// <summary>QuorumAckChecker to EntryHandler and dispatchers: the commit position.</summary>
internal sealed record CommitAdvanced(Term Term, LogIndex Committed) : ILocalMessage;
