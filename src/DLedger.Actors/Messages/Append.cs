namespace DLedger;

/// <summary>Asks a group's leader to append one entry. Answered with one <see cref="AppendResult"/>.</summary>
/// <param name="body">See <see cref="Body"/>.</param>
public sealed class Append(ReadOnlyMemory<byte> body) : DLedgerRequest<AppendResult>
{
    /// <summary>0 bytes to <c>max-entry-size</c>. Owned by the message: do not change it after sending.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    private protected override object Content => new { Body };
}
