using System.Diagnostics;

namespace DLedger.Host;

/// <summary>Orders to a register, for the commands: a reply, or one line that says why there is none.</summary>
internal static class RegisterClient
{
    /// <summary>The entry that the order became, and what became of it. Throws <see cref="OperationFailedException"/>.</summary>
    public static async Task<(long Index, RegisterReply Reply)> ExecuteAsync(
        ILedgerClient client, RegisterOrder order, CancellationToken cancellation)
    {
        return await client.ExecuteAsync(order.Encode(), cancellation).ConfigureAwait(false) switch
        {
            AppendResult.Applied applied => (applied.Index, RegisterReply.Decode(applied.Replies[0])),
            AppendResult.Committed committed => throw new OperationFailedException($"applied as entry {committed.Index}, but the reply was lost"),
            AppendResult.Rejected rejected =>
                throw new OperationFailedException($"not applied: {Describe.Rejection(rejected.Reason, rejected.Detail)}"),
            AppendResult.Unknown unknown => throw new OperationFailedException($"it may be applied or not: {Describe.Unknown(unknown.Reason)}"),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The value of a key; null for none. Throws <see cref="OperationFailedException"/>.</summary>
    public static async Task<string?> ReadAsync(ILedgerClient client, string key, ReadMode mode, CancellationToken cancellation)
    {
        var question = new RegisterOrder(RegisterOp.Read, key, null, null);
        return await client.QueryAsync(question.Encode(), mode, cancellation).ConfigureAwait(false) switch
        {
            QueryResult.Answer answer => RegisterReply.Decode(answer.Body).Value,
            QueryResult.Rejected rejected => throw new OperationFailedException($"not read: {Describe.Rejection(rejected.Reason, rejected.Detail)}"),
            QueryResult.Failed failed => throw new OperationFailedException($"not read: {failed.Reason}"),
            _ => throw new UnreachableException(),
        };
    }
}
