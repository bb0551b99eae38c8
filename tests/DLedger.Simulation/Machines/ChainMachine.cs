namespace DLedger.Simulation;

/// <summary>A machine in memory, under the eyes of <see cref="ReplicaCheck"/>.</summary>
internal class ChainMachine(string node, ReplicaCheck check) : ILedgerStateMachine
{
    protected ChainState State { get; set; }

    protected string Node => node;

    protected ReplicaCheck Check => check;

    public void Apply(in CommittedEntries entries, LedgerReplies replies)
    {
        Span<byte> reply = stackalloc byte[ChainState.EncodedBytes];
        foreach (var entry in entries)
        {
            State = State.Apply(entry.Index, entry.Body.Span);
            check.Applied(node, entry, State);
            State.WriteTo(reply);
            replies.Add(reply);
        }
    }

    public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question)
    {
        var answer = new byte[ChainState.EncodedBytes];
        State.WriteTo(answer);
        return answer;
    }

    public ulong? StateDigest() => State.Chain;

    public ILedgerStateView TakeView() => new View(State);

    public void Restore(Stream source, int version)
    {
        Span<byte> bytes = stackalloc byte[ChainState.EncodedBytes];
        source.ReadExactly(bytes);
        State = ChainState.Read(bytes);
    }

    private sealed class View(ChainState state) : ILedgerStateView
    {
        public void WriteTo(Stream target)
        {
            Span<byte> bytes = stackalloc byte[ChainState.EncodedBytes];
            state.WriteTo(bytes);
            target.Write(bytes);
        }

        public void Dispose()
        {
        }
    }
}
