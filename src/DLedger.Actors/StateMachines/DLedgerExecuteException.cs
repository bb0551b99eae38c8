namespace DLedger;

/// <summary>
/// A command got no reply. <see cref="Result"/> says what is known of it: <see cref="AppendResult.Rejected"/>, it was not applied and never will be;
/// <see cref="AppendResult.Unknown"/>, it may be, now or later; <see cref="AppendResult.Committed"/>, it was, but its reply could not travel.
/// </summary>
public sealed class DLedgerExecuteException : Exception
{
    /// <summary>Says what became of it.</summary>
    /// <param name="result">See <see cref="Result"/>.</param>
    public DLedgerExecuteException(AppendResult result)
        : base(TextOf(result)) => Result = result;

    /// <inheritdoc/>
    public DLedgerExecuteException()
    {
    }

    /// <inheritdoc/>
    public DLedgerExecuteException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public DLedgerExecuteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What is known of the command.</summary>
    public AppendResult? Result { get; }

    private static string TextOf(AppendResult result) => result switch
    {
        AppendResult.Rejected rejected => $"The command was not applied: {rejected.Reason}{(rejected.Detail is null ? "" : $", {rejected.Detail}")}.",
        AppendResult.Unknown unknown => $"The command may be applied or not: {unknown.Reason}.",
        AppendResult.Committed => "The command was applied, but its reply is too large for a message, or was lost with the leader.",
        _ => $"The command got {result}.",
    };
}
