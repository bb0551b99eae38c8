using DLedger.Core;

namespace DLedger.Simulation;

/// <summary>
/// What is applied: by every replica the committed entries, in order, each exactly once over all restarts, with the results that follow from them.
/// One machine of the checker's own is given the one log that all agree on, and everybody's replies and states are held against it.
/// </summary>
internal sealed class ReplicaCheck
{
    private readonly LedgerCluster _cluster;
    private readonly List<ChainState> _states = [];
    private readonly Dictionary<LogIndex, (AppliedState State, string Node)> _saved = [];
    private readonly Dictionary<string, long> _applied = new(StringComparer.Ordinal);
    private ChainState _model;

    public ReplicaCheck(LedgerCluster cluster) => _cluster = cluster;

    /// <summary>How many entries were applied by all members together.</summary>
    public long Total { get; private set; }

    /// <summary>The next batch is known to be committed.</summary>
    public void Committed(Batch batch)
    {
        var index = batch.FirstEntry.Value;
        foreach (var body in batch.Bodies)
        {
            _model = _model.Apply(index++, body.Span);
            _states.Add(_model);
        }
    }

    /// <summary>What the state is behind an entry; -1 for none.</summary>
    public ChainState StateAt(long entry) => entry < 0 ? default : _states[(int)entry];

    /// <summary>The last entry that a member has applied in this or an earlier life; -1 for none.</summary>
    public long AppliedBy(string node) => _applied.GetValueOrDefault(node, -1);

    /// <summary>A replica has applied an entry, and is in this state now.</summary>
    public void Applied(string node, CommittedEntry entry, ChainState state) => _cluster.Safety.Check(() =>
    {
        Total++;
        _applied[node] = entry.Index;
        Invariant.Holds(
            state.Entries == entry.Index + 1, $"An entry out of turn (SAFETY 51): {node} applies entry {entry.Index} as number {state.Entries}.");
        Claim(node, entry.Index);
        Invariant.Holds(
            entry.Index < _states.Count, $"An entry that is not committed (SAFETY 51): {node} applies {entry.Index}, and {_states.Count} are.");
        Invariant.Holds(
            state == StateAt(entry.Index),
            $"Another entry (SAFETY 51): {node} comes to {state} with entry {entry.Index}, and the log to {StateAt(entry.Index)}.");
    });

    /// <summary>A machine has saved its state, with the ledger's mark (SAFETY 53).</summary>
    public void Saved(string node, ReadOnlyMemory<byte> mark, ChainState state) => _cluster.Safety.Check(() =>
    {
        Invariant.Holds(AppliedState.TryDecode(mark, out var saved, out var problem), $"A mark of {node} that cannot be read: {problem}.");
        Invariant.Holds(
            saved.Tail.NextEntry.Value == state.Entries,
            $"A mark of another state (SAFETY 53): {node} saves {saved.Tail} with {state.Entries} entries.");
        if (_saved.TryAdd(saved.Tail.Index, (saved, node))) return;
        var (other, by) = _saved[saved.Tail.Index];
        Invariant.Holds(other == saved, $"Replicas that differ (SAFETY 56): {node} has {saved}, and {by} {other}.");
    });

    public void Answered(Request request, AppendResult.Applied applied)
    {
        Invariant.Holds(
            applied.Replies.Count == request.Bodies.Count,
            $"An answer of another count: {request} got {applied.Replies.Count} replies to {request.Bodies.Count} commands.");
        for (var i = 0; i < applied.Replies.Count; i++)
        {
            var reply = ChainState.Read(applied.Replies[i].Span);
            Invariant.Holds(
                reply == StateAt(applied.Index + i),
                $"Another's reply (SAFETY 55): {request} got {reply} for entry {applied.Index + i}, which comes to {StateAt(applied.Index + i)}.");
        }
    }

    public void Answered(Request request, QueryResult.Answer answer)
    {
        // A state on disk may be ahead of its log, which lost its unflushed end: what it has is committed all the same, and known to be.
        Claim(request.Node, answer.AppliedIndex);
        var state = ChainState.Read(answer.Body.Span);
        Invariant.Holds(
            state == StateAt(answer.AppliedIndex),
            $"An answer of another state: {request} got {state} at entry {answer.AppliedIndex}, which is {StateAt(answer.AppliedIndex)}.");
    }

    /// <summary>Everybody who is up has applied everything.</summary>
    public void CheckEnd()
    {
        foreach (var id in _cluster.Sim.Up)
            Invariant.Holds(
                AppliedBy(id) == _states.Count - 1, $"A replica has not caught up: {id} has applied {AppliedBy(id)} of {_states.Count - 1}.");
    }

    /// <summary>Whoever applies an entry shows that it takes it for committed.</summary>
    private void Claim(string node, long entry)
    {
        if (entry < _states.Count) return;
        var batch = _cluster.Sim.Disk(node).BatchHolding(LedgerCluster.Group, new EntryIndex(entry));
        Invariant.Holds(batch is not null, $"{node} applies entry {entry} and does not have it.");
        _cluster.Safety.Committed.Claim(node, batch.Index);
    }
}
