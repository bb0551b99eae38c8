using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to dispatchers: a batch was given to the log; push it.</summary>
internal sealed record Handed(Term Term, Batch Batch) : ILocalMessage;
