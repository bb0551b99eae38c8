namespace DLedger;

/// <summary>
/// What an application makes of the entries of its log. Each member has a machine of its own, and all are given the same entries in the same order:
/// so all come to the same state, if what a machine does follows from nothing but its state and the entry. No clocks, no random numbers, no
/// settings, no order of a hash table; the time of an entry is <see cref="CommittedEntry.LogTime"/>.
/// </summary>
/// <remarks>
/// <para>
/// All methods of a machine are called one at a time, on threads of the ledger's own that may be blocked. A slow machine holds up no election and no
/// replication; appends are answered <c>Busy</c> once too many wait for it.
/// </para>
/// <para>
/// A command that is refused is a reply that says so. An exception in <see cref="Apply"/> says that nobody knows what the state is: the member stops
/// for good, and names the entry.
/// </para>
/// <para>
/// A machine whose state is in memory is made anew at each start and is given all entries again, from the first. One that keeps its state on disk
/// itself is an <see cref="IDurableStateMachine"/>. Typed commands and replies: <see cref="LedgerStateMachine{TCommand, TReply}"/>.
/// </para>
/// </remarks>
public interface ILedgerStateMachine
{
    /// <summary>
    /// Of the machine's code: a higher one where the same entries would come to something else. Written beside saved states.
    /// </summary>
    int Version => 1;

    /// <summary>Applies entries, in order, each once, and gives each its reply: as many replies as entries.</summary>
    /// <param name="entries">At least one. Valid for the call; their bodies are valid for longer and are not copied.</param>
    /// <param name="replies">Of these entries, in order.</param>
    void Apply(in CommittedEntries entries, LedgerReplies replies);

    /// <summary>
    /// Answers a question of <see cref="DLedger.Query"/> from the state, and changes nothing. An exception is the answer to this question, and no
    /// more.
    /// </summary>
    /// <returns>Owned by the ledger from then on.</returns>
    ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question);

    /// <summary>
    /// A view of the state as it is now. It is written later, from another thread, while more entries are applied: it must not change with them.
    /// </summary>
    ILedgerStateView TakeView();

    /// <summary>Replaces the whole state by what a view has written.</summary>
    /// <param name="source">Exactly what <see cref="ILedgerStateView.WriteTo"/> wrote.</param>
    /// <param name="version">The <see cref="Version"/> of the machine that wrote it: this one's, or a lower one.</param>
    void Restore(Stream source, int version);

    /// <summary>
    /// If it costs little: a number that follows from the state alone, and differs where the state does. It is chained into the digest of the
    /// results, now and then, so that a machine that is not deterministic is found before its replies differ. Null for none.
    /// </summary>
    ulong? StateDigest() => null;

    /// <summary>This member leads from now on, or another one does, or nobody knows who. The state may not follow from it.</summary>
    void LeadershipChanged(LedgerLeadership leadership)
    {
    }
}
