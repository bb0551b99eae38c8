namespace DLedger.Processes.Tests;

/// <summary>By the shipped client, which finds the leader itself and repeats what is safe to repeat.</summary>
internal sealed class GroupEntryPoint(DLedgerClient client) : IEntryPoint
{
    public async Task<AppendResult?> AppendAsync(ReadOnlyMemory<byte> body) => await client.AppendAsync(body);

    public async Task<ReadResult?> ReadAsync(Read read) => await client.ReadAsync(read);

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
