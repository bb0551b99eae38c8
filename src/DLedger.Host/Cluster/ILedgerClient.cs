namespace DLedger.Host;

/// <summary>A group as the commands see it: finds the leader, follows hints, repeats what is safe.</summary>
internal interface ILedgerClient : IAsyncDisposable
{
    /// <summary>Appends in the order of the calls.</summary>
    Task<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation);

    Task<ReadResult> ReadAsync(Read read, CancellationToken cancellation);

    /// <summary>Has the state machine apply a command.</summary>
    Task<AppendResult> ExecuteAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation);

    /// <summary>Asks the state machine.</summary>
    Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> question, ReadMode mode, CancellationToken cancellation);

    /// <summary>Committed entries from <paramref name="from"/> on, as they come, until cancelled.</summary>
    IAsyncEnumerable<LedgerEntry> TailAsync(long from, CancellationToken cancellation);

    /// <summary>One report per member, in the order of their ids.</summary>
    Task<IReadOnlyList<MemberReport>> StatusAsync(TimeSpan timeout, CancellationToken cancellation);

    Task<TransferResult> TransferAsync(string to, CancellationToken cancellation);
}
