using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: take no more appends; have the quorum-ack checker report when <paramref name="For"/> has everything.</summary>
internal sealed record HoldAppends(Term Term, string For) : IControl, ILocalMessage;
