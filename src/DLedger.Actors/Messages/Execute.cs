namespace DLedger;

/// <summary>
/// Asks a group's leader to append a command, have the state machine apply it, and say what it replied. Answered with one <see cref="AppendResult"/>:
/// <see cref="AppendResult.Applied"/> when all went well. Several at a time: <see cref="AppendMany.WantsReplies"/>.
/// </summary>
/// <param name="command">See <see cref="Command"/>.</param>
public sealed class Execute(ReadOnlyMemory<byte> command) : DLedgerRequest<AppendResult>
{
    /// <summary>An entry like any other. Owned by the message: do not change it after sending.</summary>
    public ReadOnlyMemory<byte> Command { get; } = command;

    private protected override object Content => new { Command };
}
