using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to QuorumAckChecker, dispatchers and reader: this node leads from here on.</summary>
/// <param name="FirstOfTerm">The no-op that will open the term.</param>
/// <param name="Terms">The receiver's own.</param>
/// <param name="Members">The set in force, with which everything is counted (SAFETY 36).</param>
/// <param name="Trusted">The store ids whose acks count (SAFETY 7).</param>
internal sealed record Leading(
    Term Term,
    LogIndex FirstOfTerm,
    LogIndex Committed,
    LogIndex Flushed,
    Tail Base,
    TermTable Terms,
    Membership Members,
    IReadOnlyDictionary<string, Guid> Trusted) : ILocalMessage;
