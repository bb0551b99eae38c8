namespace DLedger.Host;

/// <summary>What a running command gets.</summary>
/// <param name="Terminal">Where it reads and writes.</param>
/// <param name="Runtime">The world of groups, members and stores.</param>
/// <param name="Time">The clock.</param>
/// <param name="Stop">Cancelled by Ctrl+C and SIGTERM.</param>
internal sealed record CommandContext(Terminal Terminal, ILedgerRuntime Runtime, TimeProvider Time, CancellationToken Stop);
