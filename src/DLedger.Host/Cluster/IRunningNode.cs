namespace DLedger.Host;

/// <summary>A member that runs in this process.</summary>
internal interface IRunningNode : IAsyncDisposable
{
    Member Self { get; }

    /// <summary>A client in this member's own actor system; closed with it.</summary>
    ILedgerClient Client { get; }

    /// <summary>What this member says of itself.</summary>
    Task<LedgerStatus> StatusAsync(CancellationToken cancellation);

    /// <summary>
    /// Ends with the reason when the member has stopped for good without being asked: a failed disk, a broken invariant, its actors or its actor
    /// system stopped by somebody.
    /// </summary>
    Task<string> Failure { get; }

    /// <summary>A leader hands over first; everything given to the log is flushed.</summary>
    Task StopAsync();

    /// <summary>Ends the member as a crash would, as far as one process can: nothing is handed over.</summary>
    Task KillAsync();
}
