using DLedger.Core;

namespace DLedger.Node;

/// <summary>EntryHandler to itself, behind the appends that are queued: close what you collected.</summary>
internal sealed record CloseBatch(Term Term) : ILocalMessage;
