using System.Buffers;

namespace DLedger;

/// <summary>Commands and questions to the state machine of a group, as objects. Thread-safe, like the client that it uses.</summary>
/// <typeparam name="TCommand">As the machine has it.</typeparam>
/// <typeparam name="TReply">As the machine has it.</typeparam>
/// <param name="client">Of the group; not disposed with this.</param>
/// <param name="serializer">The machine's; null for JSON.</param>
public sealed class StateMachineClient<TCommand, TReply>(DLedgerClient client, ILedgerSerializer? serializer = null)
{
    private readonly ILedgerSerializer _serializer = serializer ?? LedgerJsonSerializer.Default;

    /// <summary>The client that it uses.</summary>
    public DLedgerClient Client { get; } = client ?? throw new ArgumentNullException(nameof(client));

    /// <summary>Appends a command, has it applied, and returns the reply to it.</summary>
    /// <exception cref="DLedgerExecuteException">There is no reply; its <c>Result</c> says whether the command may be sent again.</exception>
    public async Task<TReply> ExecuteAsync(TCommand command, CancellationToken cancellation = default)
    {
        var result = await Client.ExecuteAsync(Bytes(command), cancellation).ConfigureAwait(false);
        return result is AppendResult.Applied applied ? _serializer.Read<TReply>(applied.Replies[0]) : throw new DLedgerExecuteException(result);
    }

    /// <summary>Asks the state. Linearizable, the answer counts in every command that was answered before the call.</summary>
    /// <exception cref="DLedgerQueryException">There is no answer; its <c>Result</c> says why.</exception>
    public async Task<TReply> QueryAsync(TCommand question, ReadMode mode = default, CancellationToken cancellation = default)
    {
        var result = await Client.QueryAsync(Bytes(question), mode, cancellation).ConfigureAwait(false);
        return result is QueryResult.Answer answer ? _serializer.Read<TReply>(answer.Body) : throw new DLedgerQueryException(result);
    }

    private ReadOnlyMemory<byte> Bytes(TCommand value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        _serializer.Write(value, bytes);
        return bytes.WrittenMemory;
    }
}
