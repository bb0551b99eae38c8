using System.Runtime.CompilerServices;
using Akka.Actor;

namespace DLedger.Host;

/// <summary>A <see cref="DLedgerClient"/>, together with its actor system when that is only there for it.</summary>
internal sealed class AkkaClient(DLedgerClient client, ActorSystem? own) : ILedgerClient
{
    public Task<AppendResult> AppendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation) => client.AppendAsync(body, cancellation);

    public Task<ReadResult> ReadAsync(Read read, CancellationToken cancellation) => client.ReadAsync(read, cancellation);

    public Task<AppendResult> ExecuteAsync(ReadOnlyMemory<byte> command, CancellationToken cancellation) =>
        client.ExecuteAsync(command, cancellation);

    public Task<QueryResult> QueryAsync(ReadOnlyMemory<byte> question, ReadMode mode, CancellationToken cancellation) =>
        client.QueryAsync(question, mode, cancellation);

    public async IAsyncEnumerable<LedgerEntry> TailAsync(long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var entries = client.TailAsync(from, cancellation: cancellation).GetAsyncEnumerator(cancellation);
        await using var _ = entries.ConfigureAwait(false);
        while (await NextAsync(entries).ConfigureAwait(false)) yield return entries.Current;
    }

    public async Task<IReadOnlyList<MemberReport>> StatusAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        var answers = await client.StatusAsync(timeout).WaitAsync(cancellation).ConfigureAwait(false);
        return [.. answers.Select(answer => new MemberReport(answer.Member, answer.Status))];
    }

    public Task<TransferResult> TransferAsync(string to, CancellationToken cancellation) => client.TransferAsync(to, cancellation);

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync().ConfigureAwait(false);
        if (own is not null) await own.Terminate().ConfigureAwait(false);
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<LedgerEntry> entries)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (DLedgerReadException ended)
        {
            throw new OperationFailedException(ended.Message, ended);
        }
    }
}
