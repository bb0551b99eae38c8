namespace DLedger;

/// <summary>
/// Asks a group's leader to append a command, have the state machine apply it, and say what it replied. Answered with one <see cref="AppendResult"/>:
/// <see cref="AppendResult.Applied"/> when all went well. Several at a time: <see cref="AppendMany.WantsReplies"/>.
/// </summary>
/// <param name="Command">An entry like any other. Owned by the message: do not change it after sending.</param>
public sealed record Execute(ReadOnlyMemory<byte> Command) : DLedgerRequest<AppendResult>;
