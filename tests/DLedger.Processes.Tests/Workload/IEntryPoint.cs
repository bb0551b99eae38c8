namespace DLedger.Processes.Tests;

/// <summary>How a client of the workload reaches the group.</summary>
internal interface IEntryPoint : IAsyncDisposable
{
    /// <summary>Null when no answer came in time: nobody knows what became of it.</summary>
    Task<AppendResult?> AppendAsync(ReadOnlyMemory<byte> body);

    /// <summary>Null when no answer came in time.</summary>
    Task<ReadResult?> ReadAsync(Read read);
}
