using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="Fence"/>, with the last batch given to the log, flushed or not.</summary>
internal sealed record Fenced(Term Term, LogPoint Tail) : ILocalMessage;
