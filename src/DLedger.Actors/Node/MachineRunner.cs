using DLedger.Core;

namespace DLedger.Node;

/// <summary>
/// A machine with the ledger's part of its state: batches in, replies and digest out, saved together (SAFETY 53, 56). Names the entry when the
/// machine throws (SAFETY 54). Plain: no Akka, no log.
/// </summary>
internal sealed class MachineRunner
{
    private readonly ILedgerStateMachine _machine;
    private readonly IDurableStateMachine? _durable;
    private readonly long _entriesPerDigest;

    /// <summary>Something is applied that is not saved.</summary>
    private bool _isDirty;

    /// <param name="machine">Owned from here on.</param>
    /// <param name="logBase">What stands before the first batch of the log.</param>
    /// <param name="entriesPerDigest">
    /// After so many entries, at the end of the batch that reaches them, the machine is asked for a digest of its state, and digests are compared.
    /// </param>
    public MachineRunner(ILedgerStateMachine machine, Tail logBase, long entriesPerDigest = NodeEnvironment.EntriesPerDigestDefault)
    {
        _entriesPerDigest = entriesPerDigest;
        _machine = machine;
        _durable = machine as IDurableStateMachine;
        Cursor = new ApplyCursor(Open(), logBase);
    }

    /// <summary>Where the machine stands.</summary>
    public ApplyCursor Cursor { get; }

    /// <summary>To the entries of the batch that was applied last; valid until the next one.</summary>
    public LedgerReplies Replies { get; } = new();

    /// <summary>What is to be compared with others, if the batch that was applied last has reached it.</summary>
    public DigestMark? Mark { get; private set; }

    /// <summary>The last entry that is applied; -1 for none.</summary>
    public long AppliedEntry => Cursor.State.Tail.NextEntry.Value - 1;

    /// <summary>The machine is not called any more.</summary>
    public void Close() => (_machine as IDisposable)?.Dispose();

    /// <summary>Applies the batch behind what is applied; <see cref="ApplyCursor.MayApply"/> has said that it may be.</summary>
    public void Apply(Batch batch)
    {
        Replies.Clear();
        var digest = Cursor.State.Digest;
        if (batch.Count > 0)
        {
            ApplyEntries(batch);
            for (var i = 0; i < batch.Count; i++) digest = digest.Chain(batch.FirstEntry.Plus(i), Replies[i]);
        }

        // Batches are the same on all members, so all come to their marks at the same entries.
        var next = batch.Tail.NextEntry;
        var isMark = next.Value / _entriesPerDigest != batch.FirstEntry.Value / _entriesPerDigest;
        if (isMark && Called(_machine.StateDigest, nameof(ILedgerStateMachine.StateDigest)) is { } state) digest = digest.ChainState(next, state);
        Mark = isMark ? new DigestMark(batch.Index, next, digest) : null;
        Cursor.Advance(batch, digest, Called(() => _machine.Version, nameof(ILedgerStateMachine.Version)));
        _isDirty = true;
    }

    /// <summary>At the end of a turn: what was applied is on disk when this returns, if the machine keeps its state there.</summary>
    public void Save()
    {
        if (_durable is null || !_isDirty) return;
        _isDirty = false;
        var state = Cursor.State;
        try
        {
            _durable.Save(state.Encode());
        }
        catch (Exception failure)
        {
            var what = $"the state machine could not save its state up to entry {AppliedEntry}: {Causes.Line(failure)}";
            throw new StateMachineFailedException(what, failure);
        }
    }

    public ReadOnlyMemory<byte> Query(ReadOnlyMemory<byte> question) => _machine.Query(question);

    public void LeadershipChanged(LedgerLeadership leadership) => Called(
        () =>
        {
            _machine.LeadershipChanged(leadership);
            return true;
        },
        nameof(ILedgerStateMachine.LeadershipChanged));

    private AppliedState Open()
    {
        if (_durable is null) return AppliedState.Empty;
        var mark = _durable.Open();
        if (!AppliedState.TryDecode(mark, out var state, out var problem))
            throw new StateMachineFailedException($"the state machine has a mark of {mark.Length} bytes that the ledger never gave it: {problem}");
        if (state.MachineVersion <= _machine.Version) return state;
        throw new StateMachineFailedException(
            $"the state was written by version {state.MachineVersion} of the state machine, and this one is version {_machine.Version}");
    }

    /// <summary>SAFETY 54: whatever the machine throws stops the group, and says where it stood.</summary>
    private T Called<T>(Func<T> call, string what)
    {
        try
        {
            return call();
        }
        catch (Exception failure)
        {
            throw new StateMachineFailedException($"{what} of the state machine failed behind entry {AppliedEntry}: {Causes.Line(failure)}", failure);
        }
    }

    private void ApplyEntries(Batch batch)
    {
        try
        {
            _machine.Apply(new CommittedEntries(batch), Replies);
        }
        catch (Exception failure)
        {
            // SAFETY 54: nobody knows what the state is now, so nothing goes on with it. How many have their replies tells which one it was.
            var entry = batch.FirstEntry.Plus(Math.Min(Replies.Count, batch.Count - 1));
            throw new StateMachineFailedException($"the state machine failed at entry {entry}: {Causes.Line(failure)}", failure);
        }

        if (Replies.Count == batch.Count) return;
        throw new StateMachineFailedException(
            $"the state machine gave {Replies.Count} replies to the {batch.Count} entries from {batch.FirstEntry} on");
    }
}
