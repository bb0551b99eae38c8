using DLedger.Core;

namespace DLedger.Storage.Faster;

/// <summary>The writing side; only its owner calls it, one call at a time.</summary>
internal sealed partial class GroupLog : ILogWriter
{
    /// <summary>The owner's copy: it may look at it without a lock.</summary>
    private readonly TermTable _terms;
    private LogPoint? _termsBase;

    Tail ILogWriter.Base => BaseNow;

    public Tail Tail
    {
        get
        {
            lock (_gate) return _state.Tail;
        }
    }

    public TermTable Terms
    {
        get
        {
            lock (_gate) CatchUpWithRetention();
            return _terms;
        }
    }

    public long FreeBytes => _wal.FreeBytes;

    public bool SpaceIsComing => _wal.SpaceIsComing;

    public int MaxBatchBytes => _options.MaxBatchBytes;

    private Tail BaseNow
    {
        get
        {
            lock (_gate) return _state.Base;
        }
    }

    public WriteOutcome TryAppend(Batch batch, out WalAddress endsAt)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Invariant.Holds(batch.Encoded.Length <= MaxBatchBytes, $"A batch of {batch.Encoded.Length} bytes is larger than {MaxBatchBytes}.");
        WriteOutcome outcome;
        long end;
        string? failure;
        lock (_gate)
        {
            var refusal = _state.Refusal(batch);
            Invariant.Holds(refusal is null, $"{refusal}.");
            // A leader that cannot even open its term is of no use: batches without entries may use the reserve (SAFETY 27).
            outcome = _wal.TryPlace(
                FrameKind.Batch, StoreIdentity.GroupNumber, batch.Encoded, batch.Checksum, mayUseReserve: batch.Count == 0, out var address, out end, out failure);
            if (outcome == WriteOutcome.Accepted)
            {
                CatchUpWithRetention();
                if (batch.Index <= _state.Tail.Index)
                {
                    _cache.DropFrom(batch.Index);
                    _terms.TruncateAfter(batch.Index.Previous);
                }

                _terms.Append(batch.Point);
                _state.Append(batch, address);
                _cache.Add(batch, end, _wal.FlushedTo);
                NoteWritten(end);
            }
        }

        Settle(outcome, failure, end);
        endsAt = new WalAddress(end);
        return outcome;
    }

    public WriteOutcome TryTruncate(LogIndex last, out WalAddress endsAt)
    {
        var kept = TailAt(last);
        return TryControl(FrameKind.Truncate, kept, out endsAt, _ =>
        {
            _cache.DropFrom(kept.Index.Next);
            _terms.TruncateAfter(kept.Index);
            _state.Truncate(kept);
        });
    }

    public WriteOutcome TryReset(Tail newBase, out WalAddress endsAt) => TryControl(FrameKind.Reset, newBase, out endsAt, address =>
    {
        _termsBase = null;
        _cache.Clear();
        _terms.Reset(newBase.Point);
        _state.Reset(newBase, address);
        _resets++;
    });

    private WriteOutcome TryControl(FrameKind kind, Tail tail, out WalAddress endsAt, Action<long> apply)
    {
        var payload = new byte[Frame.TailBytes];
        Frame.EncodeTail(payload, tail);
        WriteOutcome outcome;
        long end;
        string? failure;
        lock (_gate)
        {
            outcome = _wal.TryPlace(kind, StoreIdentity.GroupNumber, payload, Crc32C.Of(payload), mayUseReserve: true, out var address, out end, out failure);
            if (outcome == WriteOutcome.Accepted)
            {
                CatchUpWithRetention();
                apply(address);
                NoteWritten(end);
            }
        }

        Settle(outcome, failure, end);
        endsAt = new WalAddress(end);
        return outcome;
    }

    private void Settle(WriteOutcome outcome, string? failure, long end)
    {
        _wal.Settle(outcome, failure);
        if (outcome == WriteOutcome.Accepted && IsCheckpointDue(end)) _housekeeper.Wake();
    }

    /// <summary>
    /// The tail that a truncation leaves. Nearly always a cached batch; for one further back this reads it from disk, the one call of the writer that may.
    /// </summary>
    private Tail TailAt(LogIndex last)
    {
        lock (_gate)
        {
            Invariant.Holds(last >= _state.Base.Index && last <= _state.Tail.Index, $"The log from {_state.Base} to {_state.Tail} cannot be truncated to {last}.");
            if (last == _state.Base.Index) return _state.Base;
            if (_cache.TryGet(last, out var cached)) return cached.Tail;
        }

        var batches = new List<Batch>(1);
        Invariant.Holds(Read(last, 0, batches) == ReadOutcome.Found, $"Batch {last} is in the log.");
        return batches[0].Tail;
    }

    private void CatchUpWithRetention()
    {
        if (_termsBase is not { } newBase) return;
        _termsBase = null;
        _terms.DropUpTo(newBase);
    }
}
