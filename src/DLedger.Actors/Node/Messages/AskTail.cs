using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: a plain question (SAFETY 4).</summary>
internal sealed record AskTail() : IControl, ILocalMessage;
