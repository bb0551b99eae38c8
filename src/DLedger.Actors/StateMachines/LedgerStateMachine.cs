using System.Buffers;

namespace DLedger;

/// <summary>
/// A state machine whose commands, questions and replies are objects: one family of commands and questions, and one of replies. What is said of
/// <see cref="ILedgerStateMachine"/> holds: above all, that a reply and a change follow from nothing but the state and the entry.
/// </summary>
/// <typeparam name="TCommand">Commands, which change the state, and questions, which do not.</typeparam>
/// <typeparam name="TReply">What becomes of them.</typeparam>
/// <param name="serializer">The same for all members and clients of the group; null for JSON.</param>
public abstract class LedgerStateMachine<TCommand, TReply>(ILedgerSerializer? serializer = null) : ILedgerStateMachine
{
    private readonly ILedgerSerializer _serializer = serializer ?? LedgerJsonSerializer.Default;

    /// <inheritdoc/>
    public virtual int Version => 1;

    /// <summary>Applies one command. A command that is refused is a reply that says so.</summary>
    public abstract TReply Apply(in CommittedEntry<TCommand> entry);

    /// <summary>Answers a question, and changes nothing. An exception is the answer to this question, and no more.</summary>
    public virtual TReply Query(TCommand question) => throw new NotSupportedException($"{GetType().Name} answers no questions.");

    /// <inheritdoc/>
    public abstract ILedgerStateView TakeView();

    /// <inheritdoc/>
    public abstract void Restore(Stream source, int version);

    /// <inheritdoc/>
    public virtual ulong? StateDigest() => null;

    /// <inheritdoc/>
    public virtual void LeadershipChanged(LedgerLeadership leadership)
    {
    }

    /// <summary>
    /// Stands for <see cref="Apply(in CommittedEntry{TCommand})"/> where the serializer cannot read an entry, or reads null: anybody who may append
    /// can append anything. By default the exception goes on, and the group stops at this entry, on every member and at every start. A machine that
    /// returns a reply goes on; the reply must follow from the bytes alone.
    /// </summary>
    /// <param name="entry">The entry as it is in the log.</param>
    /// <param name="why">What the serializer has thrown.</param>
    protected virtual TReply Unreadable(in CommittedEntry entry, Exception why) =>
        throw new InvalidDataException($"it cannot be read as a {typeof(TCommand).Name}: {why?.Message}", why);

    void ILedgerStateMachine.Apply(in CommittedEntries entries, LedgerReplies replies)
    {
        ArgumentNullException.ThrowIfNull(replies);
        foreach (var entry in entries)
        {
            _serializer.Write(ReplyTo(entry), replies);
            replies.End();
        }
    }

    private TReply ReplyTo(in CommittedEntry entry)
    {
        TCommand command;
        try
        {
            command = _serializer.Read<TCommand>(entry.Body);
            if (command is null) throw new InvalidDataException("it is null");
        }
        catch (Exception why)
        {
            return Unreadable(entry, why);
        }

        return Apply(new CommittedEntry<TCommand>(entry.Index, entry.Term, entry.LogTime, command));
    }

    ReadOnlyMemory<byte> ILedgerStateMachine.Query(ReadOnlyMemory<byte> question)
    {
        var answer = new ArrayBufferWriter<byte>();
        _serializer.Write(Query(_serializer.Read<TCommand>(question)), answer);
        return answer.WrittenMemory;
    }
}
