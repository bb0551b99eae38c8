namespace DLedger.Core;

/// <summary>
/// How far the log is applied: the stage behind the commit position that releases clients, reads and retention. A plain log has nothing to apply, so
/// that what is committed is applied; with a state machine, a batch is applied once that has answered it. It only grows. Thread-safe.
/// </summary>
/// <remarks>
/// The commit position is raised by whoever learns it: the quorum-ack checker of a leader, the log's owner of a follower. The reader looks at
/// <see cref="Value"/>, so that one that has nothing to read need not be woken at every commit.
/// </remarks>
internal sealed class AppliedPosition
{
    private readonly bool _waitsForApplied;
    private long _committed;
    private long _applied;
    private int _awaited;

    private AppliedPosition(bool waitsForApplied, LogIndex committed, LogIndex applied)
    {
        _waitsForApplied = waitsForApplied;
        _committed = committed.Value;
        _applied = applied.Value;
    }

    /// <summary>Up to where everything is applied.</summary>
    public LogIndex Value => new(Volatile.Read(ref _applied));

    /// <summary>Without a state machine: applied as soon as it is committed.</summary>
    public static AppliedPosition OfPlainLog(LogIndex committed) => new(waitsForApplied: false, committed, committed);

    /// <summary>With one: applied once it says so.</summary>
    public static AppliedPosition OfStateMachine(LogIndex committed, LogIndex applied)
    {
        Invariant.Holds(applied <= committed, "Nothing is applied before it is committed.");
        return new AppliedPosition(waitsForApplied: true, committed, applied);
    }

    /// <summary>The log is committed up to here.</summary>
    public void Committed(LogIndex upTo)
    {
        if (_waitsForApplied) Raise(ref _committed, upTo.Value);
        else Raise(ref _applied, upTo.Value);
    }

    /// <summary>The state machine has applied and answered everything up to here.</summary>
    public void Applied(LogIndex upTo)
    {
        Invariant.Holds(_waitsForApplied, "A plain log has nothing that applies it.");
        Invariant.Holds(upTo.Value <= Volatile.Read(ref _committed), $"Batch {upTo} is applied before it is committed.");
        Raise(ref _applied, upTo.Value);
    }

    /// <summary>
    /// Whoever waits for more says so, and looks at <see cref="Value"/> once more behind it: whoever raises that from then on sends word.
    /// </summary>
    public void Await() => Interlocked.Exchange(ref _awaited, 1);

    /// <summary>Whoever has raised the position asks whether to send word: once for each <see cref="Await"/>.</summary>
    public bool TakeAwaited() => Volatile.Read(ref _awaited) != 0 && Interlocked.Exchange(ref _awaited, 0) != 0;

    private static void Raise(ref long position, long to)
    {
        var known = Volatile.Read(ref position);
        while (known < to)
        {
            var found = Interlocked.CompareExchange(ref position, to, known);
            if (found == known) return;
            known = found;
        }
    }
}
