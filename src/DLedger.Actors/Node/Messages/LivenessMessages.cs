using DLedger.Core;

namespace DLedger.Node;

// Signs of life, and the passing of time.

/// <summary>Time passes.</summary>
internal sealed record Tick() : ILocalMessage;

/// <summary>Elector to EntryHandler: a sign of life, please (SAFETY 29).</summary>
internal sealed record Probe(long Number) : IControl, ILocalMessage;

/// <summary>Answer to <see cref="Probe"/>.</summary>
internal sealed record ProbeAnswered(long Number) : ILocalMessage;

/// <summary>Dispatcher to Elector: the peer answered on the bulk transport (SAFETY 29).</summary>
internal sealed record BulkHeard(string Peer, Term Term) : ILocalMessage;
