namespace DLedger;

/// <summary>Asks a group's leader to append one entry. Answered with one <see cref="AppendResult"/>.</summary>
/// <param name="Body">0 bytes to <c>max-entry-size</c>. Owned by the message: do not change it after sending.</param>
public sealed record Append(ReadOnlyMemory<byte> Body) : DLedgerRequest<AppendResult>;
