using DLedger.Core;

namespace DLedger.Node;

/// <summary>Dispatcher to reader: batches for a peer; the first must be of this term (SAFETY 12).</summary>
internal sealed record ReadLog(LogIndex From, Term Expected, int BytesMax, long Question) : ILocalMessage;
