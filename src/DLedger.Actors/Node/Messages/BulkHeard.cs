using DLedger.Core;

namespace DLedger.Node;

/// <summary>Dispatcher to Elector: the peer answered on the bulk transport (SAFETY 29).</summary>
internal sealed record BulkHeard(string Peer, Term Term) : ILocalMessage;
