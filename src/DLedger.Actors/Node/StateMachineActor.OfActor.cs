using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <content>
/// A state machine that is an actor of the application's, as a child of this one. It has one turn in hand at a time, so that whatever it does
/// meanwhile, and however long that takes, nothing piles up before it; when it fails, so does this role.
/// </content>
internal sealed partial class StateMachineActor
{
    /// <summary>The batches that the actor has in hand.</summary>
    private readonly List<Batch> _given = [];

    /// <summary>The questions that it has.</summary>
    private readonly SortedDictionary<long, ServeRead> _asked = [];

    private readonly ActorMachine _relay = new();
    private IActorRef? _actor;
    private Exception? _actorFailure;
    private long _asks;

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        // It ends then, and so does this role, in a turn of its own.
        _actorFailure ??= failure;
        return Directive.Stop;
    });

    private MachineRunner NewMachine(NodeEnvironment environment)
    {
        if (environment.StateMachineProps is { } props) _actor = Context.Watch(Context.ActorOf(props, "machine"));
        var machine = environment.StateMachine?.Invoke() ?? _relay;
        try
        {
            return new MachineRunner(machine, _log.Base, environment.EntriesPerDigest);
        }
        catch
        {
            (machine as IDisposable)?.Dispose();
            throw;
        }
    }

    private void GiveTurn(ApplyCursor cursor)
    {
        List<CommittedEntry> entries = [];
        foreach (var batch in _batches)
        {
            if (!cursor.IsCommitted(batch)) break;
            _given.Add(batch);
            if (batch.Count == 0) continue;
            foreach (var entry in new CommittedEntries(batch)) entries.Add(entry);
        }

        if (entries.Count == 0) CompleteTurn([]);
        else _actor!.Tell(new ApplyEntries(entries), Self);
    }

    private void OnApplied(EntriesApplied applied)
    {
        var count = 0;
        foreach (var batch in _given) count += batch.Count;
        var first = _machine.AppliedEntry + 1;
        if (applied.FirstIndex != first || applied.Replies.Count != count)
        {
            throw new StateMachineFailedException(
                $"the state machine has {count} entries from {first} on, and gave {applied.Replies.Count} replies from {applied.FirstIndex} on");
        }

        CompleteTurn(applied.Replies);
        EndTurn();
    }

    private void CompleteTurn(IReadOnlyList<ReadOnlyMemory<byte>> replies)
    {
        _relay.Load(replies);
        foreach (var batch in _given)
        {
            Invariant.Holds(_machine.Cursor.MayApply(batch), "What was given was committed.");
            Complete(batch);
        }

        _given.Clear();
    }

    private void AskActor(ServeRead read, Query query)
    {
        _asked.Add(++_asks, read);
        _actor!.Tell(new AskState(_asks, query.Question), Self);
    }

    private void OnState(StateIs state)
    {
        if (_asked.Remove(state.Number, out var read)) Answer(read, AnswerOf(state.Answer));
    }

    private void OnActorEnded()
    {
        var entry = _machine.AppliedEntry + 1;
        var why = _actorFailure is null ? "it stopped" : Causes.Line(_actorFailure);
        var where = _given.Count == 0 ? $"before entry {entry}" : $"at entry {entry} or soon behind it";
        throw new StateMachineFailedException($"the state machine failed {where}: {why}", _actorFailure!);
    }
}
