namespace DLedger.Core;

/// <summary>
/// Where a state machine stands in its log, and what it may be given next (SAFETY 51): the batches behind what is applied, up to what is committed,
/// in order, each once. Whoever applies takes a bounded amount a turn; what is committed meanwhile only moves the end, so that being slow costs
/// lag and no memory.
/// </summary>
/// <remarks>
/// A machine that keeps its state on disk may begin ahead of what is known to be committed, or even of its log: nothing is applied then until the
/// commit position has come up to it, and its log shows the same batch there.
/// </remarks>
internal sealed class ApplyCursor
{
    private LogIndex _committed;

    /// <summary>Whether the log was seen to hold the batch that the saved state ends with.</summary>
    private bool _isProven;

    /// <param name="saved">The highest state that was saved (SAFETY 53).</param>
    /// <param name="logBase">What stands before the first batch of the log.</param>
    public ApplyCursor(AppliedState saved, Tail logBase)
    {
        Invariant.Holds(
            saved.Tail.Index >= logBase.Index,
            $"The state ends with batch {saved.Tail.Index}, and the log begins behind {logBase.Index}: what lies between is gone.");
        State = saved;
        _committed = logBase.Index;
        _isProven = saved.Tail.Index == LogIndex.None;
    }

    /// <summary>What is applied.</summary>
    public AppliedState State { get; private set; }

    /// <summary>What is applied and known to be committed: what others may rely on.</summary>
    public LogIndex Applied => LogIndex.Min(State.Tail.Index, _committed);

    /// <summary>Committed and not applied.</summary>
    public bool HasMore => _committed > State.Tail.Index;

    /// <summary>Where to read on from.</summary>
    public LogIndex Next => State.Tail.Index.Next;

    /// <summary>The point that the log must hold before anything is applied; null when it was seen to, or nobody can know yet.</summary>
    public LogPoint? ToProve => !_isProven && _committed >= State.Tail.Index ? State.Tail.Point : null;

    /// <summary>The log holds this at the index of <see cref="ToProve"/>; null for nothing.</summary>
    public void Prove(LogPoint? inLog)
    {
        Invariant.Holds(inLog == State.Tail.Point, $"The state ends with {State.Tail.Point}, where the log has {inLog?.ToString() ?? "nothing"}.");
        _isProven = true;
    }

    /// <summary>The log is committed up to here. False: that is no news.</summary>
    public bool Committed(LogIndex upTo)
    {
        if (upTo <= _committed) return false;
        _committed = upTo;
        return true;
    }

    /// <summary>Whether this batch is known to be committed.</summary>
    public bool IsCommitted(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Index <= _committed;
    }

    /// <summary>Whether the batch that was read at <see cref="Next"/> may be applied: what is above the commit position waits.</summary>
    public bool MayApply(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Index > _committed) return false;
        // SAFETY 52: a gap, a repetition or another history here means that state and log do not belong together.
        Invariant.Holds(_isProven && batch.Follows(State.Tail), $"{batch} cannot be applied behind {State.Tail}.");
        return true;
    }

    /// <summary>The batch is applied, and its results chained.</summary>
    public void Advance(Batch batch, ResultDigest digest, int machineVersion)
    {
        ArgumentNullException.ThrowIfNull(batch);
        State = new AppliedState(batch.Tail, digest, machineVersion);
    }
}
