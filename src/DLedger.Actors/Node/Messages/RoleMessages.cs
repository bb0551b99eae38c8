using DLedger.Core;

namespace DLedger.Node;

// How term and role travel: from the elector to the log's owner, and on down the data path.

/// <summary>Elector to EntryHandler: refuse everything below this term from now on (SAFETY 2).</summary>
internal sealed record Fence(Term Term) : IControl, ILocalMessage;

/// <summary>Answer to <see cref="Fence"/>: the last batch given to the log, flushed or not, and the set in force there (SAFETY 2, 37).</summary>
internal sealed record Fenced(Term Term, LogPoint Tail, Membership Members) : ILocalMessage;

/// <summary>Elector to EntryHandler: a plain question (SAFETY 4).</summary>
internal sealed record AskTail() : IControl, ILocalMessage;

/// <summary>Answer to <see cref="AskTail"/>, with the set in force there (SAFETY 37).</summary>
internal sealed record TailIs(LogPoint Tail, Membership Members) : ILocalMessage;

/// <summary>Elector to EntryHandler: this node leads. <paramref name="Trusted"/>: the store ids whose acks count (SAFETY 7).</summary>
internal sealed record Lead(Term Term, IReadOnlyDictionary<string, Guid> Trusted) : IControl, ILocalMessage;

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

/// <summary>Elector to EntryHandler, and on down the data path: this node follows; the leader may not be known.</summary>
internal sealed record Follow(Term Term, string? Leader) : IControl, ILocalMessage;

/// <summary>To the Elector: a message showed a higher term.</summary>
internal sealed record HigherTermSeen(Term Term) : ILocalMessage;
