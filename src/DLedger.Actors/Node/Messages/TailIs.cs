using DLedger.Core;

namespace DLedger.Node;

/// <summary>Answer to <see cref="AskTail"/>.</summary>
internal sealed record TailIs(LogPoint Tail) : ILocalMessage;
