using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: the transfer failed, go on.</summary>
internal sealed record ResumeAppends(Term Term) : IControl, ILocalMessage;
