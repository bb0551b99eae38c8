using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="AskTail"/>, with the set in force there (SAFETY 37).</summary>
internal sealed record TailIs(LogPoint Tail, Membership Members) : ILocalMessage;
