namespace DLedger.Node;

/// <summary>Stands in for a state machine that is an actor: it gives the replies that the actor has sent already.</summary>
internal sealed class ActorMachine : ILedgerStateMachine
{
    private IReadOnlyList<ReadOnlyMemory<byte>> _replies = [];
    private int _given;

    /// <summary>To all entries that are applied next.</summary>
    public void Load(IReadOnlyList<ReadOnlyMemory<byte>> replies) => (_replies, _given) = (replies, 0);

    public void Apply(in CommittedEntries entries, LedgerReplies replies)
    {
        for (var i = 0; i < entries.Count; i++) replies.Add(_replies[_given++].Span);
    }

    public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) => throw new NotSupportedException("The actor is asked itself.");

    public ILedgerStateView TakeView() => throw new NotSupportedException("An actor's state is given all entries again.");

    public void Restore(Stream source, int version) => throw new NotSupportedException("An actor's state is given all entries again.");
}
