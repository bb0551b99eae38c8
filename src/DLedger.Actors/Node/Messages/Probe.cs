using DLedger.Core;

namespace DLedger.Node;

/// <summary>Elector to EntryHandler: a sign of life, please (SAFETY 29).</summary>
internal sealed record Probe(long Number) : IControl, ILocalMessage;
