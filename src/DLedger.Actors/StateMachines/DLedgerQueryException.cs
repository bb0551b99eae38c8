namespace DLedger;

/// <summary>A question got no answer; <see cref="Result"/> says why.</summary>
public sealed class DLedgerQueryException : Exception
{
    /// <summary>Says what became of it.</summary>
    /// <param name="result">See <see cref="Result"/>.</param>
    public DLedgerQueryException(QueryResult result)
        : base(TextOf(result)) => Result = result;

    /// <inheritdoc/>
    public DLedgerQueryException()
    {
    }

    /// <inheritdoc/>
    public DLedgerQueryException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public DLedgerQueryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Why there is no answer.</summary>
    public QueryResult? Result { get; }

    private static string TextOf(QueryResult result) => result switch
    {
        QueryResult.Rejected { Detail: { } detail } rejected => $"The question was not answered: {rejected.Reason}, {detail}.",
        QueryResult.Rejected rejected => $"The question was not answered: {rejected.Reason}.",
        QueryResult.Failed failed => $"The question failed: {failed.Reason}.",
        _ => $"The question got {result}.",
    };
}
