using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="Fence"/>, with the last batch given to the log, flushed or not, and the set in force there (SAFETY 2, 37).</summary>
internal sealed record Fenced(Term Term, LogPoint Tail, Membership Members) : ILocalMessage;
