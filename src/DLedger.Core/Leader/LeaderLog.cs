using System.Diagnostics;

namespace DLedger.Core;

/// <summary>
/// A log while its owner leads: the no-op that opens the term, appends that become batches, and when a batch is closed. Lives for one leadership.
/// </summary>
/// <remarks>
/// A batch is closed when it is full, or before a request that does not fit in; else as soon as the queued appends have been worked off, or, while
/// enough batches are on their way to the disk, at the next flush. So batches grow with the load, and a lone append does not wait.
/// </remarks>
/// <typeparam name="TClient">Whom to answer.</typeparam>
internal sealed class LeaderLog<TClient>
{
    /// <summary>With fewer batches than this on their way to the disk, a batch is closed once the queued appends have been worked off.</summary>
    private const int EagerBatches = 2;

    private readonly Term _term;
    private readonly LogClock _clock;
    private readonly OwnedLog _log;
    private readonly LogHealth _health;
    private readonly LeaderLogSettings _settings;
    private readonly ILeaderLogActions<TClient> _actions;
    private readonly AppendIntake<TClient> _intake;

    /// <summary>Until the no-op is in the log, nothing else gets in.</summary>
    private bool _noOpWaits = true;

    /// <summary><see cref="ILeaderLogActions{TClient}.CloseBatchLater"/> was asked for and has not come.</summary>
    private bool _closeIsQueued;

    /// <summary>To whom leadership is being handed; while it is, appends are refused.</summary>
    private string? _heldFor;

    /// <summary>The log has a batch in hand: if it throws, nobody knows whether it took it.</summary>
    private bool _isWriting;

    /// <summary>Whose request makes the batch before it be closed, and is in none itself.</summary>
    private (TClient Client, bool IsThere) _asking;

    /// <param name="term">Fenced.</param>
    /// <param name="now">When the leadership begins.</param>
    /// <param name="log">With the tail that this member was elected with.</param>
    /// <param name="health">Told when there is no room for the no-op.</param>
    /// <param name="settings">What is taken.</param>
    /// <param name="actions">Carried out while a method of this runs.</param>
    public LeaderLog(
        Term term, TimeSpan now, OwnedLog log, LogHealth health, LeaderLogSettings settings, ILeaderLogActions<TClient> actions)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(health);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(actions);
        _term = term;
        _clock = new LogClock(log.Tail.Time, now);
        _log = log;
        _health = health;
        _settings = settings;
        _actions = actions;
        _intake = new AppendIntake<TClient>(settings.Intake);
    }

    /// <summary>To whom leadership is being handed; null while it is not.</summary>
    public string? HeldFor => _heldFor;

    /// <summary>What was taken and is not committed.</summary>
    public (long Entries, long Bytes) Outstanding => (_intake.EntriesOutstanding, _intake.BytesOutstanding);

    /// <summary>One entry.</summary>
    public AppendVerdict Append(TClient client, ReadOnlyMemory<byte> body, TimeSpan now)
    {
        if (body.Length > _settings.Intake.MaxEntrySize) return AppendVerdict.EntryTooLarge;
        var verdict = JudgeCapacity(body.Length, 1);
        if (verdict != AppendVerdict.Accepted) return verdict;
        if (!TryMakeRoom(client, body.Length, 1, now)) return AppendVerdict.BufferFull;
        _intake.Accept(client, body, now + _settings.AppendTimeout);
        CloseSoon(now);
        return AppendVerdict.Accepted;
    }

    /// <summary>Several entries, in one batch or not at all.</summary>
    /// <param name="place">Null for a request that stands by itself.</param>
    public AppendVerdict AppendMany(TClient client, IReadOnlyList<ReadOnlyMemory<byte>> bodies, StreamPlace? place, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        var verdict = _intake.JudgeSize(bodies, out var bytes);
        if (verdict != AppendVerdict.Accepted) return verdict;
        if (place is { } next && !_intake.IsNextOf(next.Stream, next.Sequence, next.Start)) return AppendVerdict.OutOfOrder;
        verdict = JudgeCapacity(bytes, bodies.Count);
        if (verdict != AppendVerdict.Accepted) return verdict;
        if (!TryMakeRoom(client, bytes, bodies.Count, now)) return AppendVerdict.BufferFull;
        if (place is { } taken) _intake.AdvanceStream(taken.Stream, taken.Sequence);
        _intake.Accept(client, bodies, bytes, now + _settings.AppendTimeout);
        CloseSoon(now);
        return AppendVerdict.Accepted;
    }

    /// <summary>As asked for by <see cref="ILeaderLogActions{TClient}.CloseBatchLater"/>, maybe in an earlier term.</summary>
    public void CloseBatch(Term term, TimeSpan now)
    {
        _closeIsQueued = false;
        if (term == _term) TryClose(now);
    }

    /// <summary>A flush has completed.</summary>
    /// <param name="moved">Whether more of this log is on disk now.</param>
    public void Flushed(bool moved, TimeSpan now)
    {
        if (moved) _actions.OwnAck(_term, _log.Flushed);
        WriteWhatWaits(now);
    }

    /// <summary>Writes what found no room before: the no-op first, then what was collected.</summary>
    public void WriteWhatWaits(TimeSpan now)
    {
        if (_noOpWaits)
        {
            var noOp = Batch.Control(BatchKind.NoOp, _log.Tail, _term, _clock.At(now));
            if (!TryWrite(noOp)) return;
            _noOpWaits = false;
            Announce(noOp, []);
        }

        TryClose(now);
    }

    /// <summary>What is committed is no longer outstanding, if nothing applies it.</summary>
    public void Committed(LogIndex committed)
    {
        if (!_settings.CountsUntilApplied) _intake.Committed(committed);
    }

    /// <summary>What the state machine has applied is no longer outstanding.</summary>
    public void Applied(LogIndex applied) => _intake.Committed(applied);

    /// <summary>
    /// Takes no more appends until <see cref="Resume"/>: this peer is to have everything and to take over. Oneself, if everything is only to be
    /// committed. May come again, with another one.
    /// </summary>
    public void Hold(string peer, TimeSpan now)
    {
        _heldFor = peer;
        TryClose(now);
    }

    /// <summary>Nobody took over.</summary>
    public void Resume()
    {
        _heldFor = null;
        _actions.Resumed(_term);
    }

    /// <summary>Somebody else leads, or nobody.</summary>
    public void StepDown() => RejectUnbatched(AppendVerdict.NotLeader);

    /// <summary>The member stops, maybe because the log has thrown in the middle of anything here.</summary>
    public void Stop()
    {
        // Its batch made way for nothing: the log threw before this request was in any.
        if (_asking.IsThere) _actions.Reject(_asking.Client, AppendVerdict.Stopping);
        if (!_isWriting)
        {
            RejectUnbatched(AppendVerdict.Stopping);
            return;
        }

        // The log threw while it was given this batch: it may be there, or not.
        foreach (var client in _intake.TakeUnbatched()) _actions.Unknown(client.Client);
    }

    private AppendVerdict JudgeCapacity(long bytes, int count)
    {
        if (_heldFor is not null) return AppendVerdict.HandingOver;
        if (_noOpWaits) return AppendVerdict.NoOpWaits;
        var verdict = _intake.JudgeCapacity(bytes, count, _log.FreeBytes);
        return verdict == AppendVerdict.DiskFull && _log.SpaceIsComing ? AppendVerdict.SpaceIsComing : verdict;
    }

    /// <summary>Closes the batch being collected when this request does not fit in.</summary>
    private bool TryMakeRoom(TClient client, long bytes, int count, TimeSpan now)
    {
        if (!_intake.NeedsNewBatch(bytes, count)) return true;
        _asking = (client, IsThere: true);
        var closed = TryClose(now);
        _asking = default;
        return closed;
    }

    private void CloseSoon(TimeSpan now)
    {
        if (_intake.IsFull)
        {
            TryClose(now);
        }
        else if (!_closeIsQueued && _log.Unflushed < EagerBatches)
        {
            _closeIsQueued = true;
            _actions.CloseBatchLater(_term);
        }
    }

    /// <summary>Closes the batch that is being collected. False: it finds no room, and stays open until the next flush.</summary>
    private bool TryClose(TimeSpan now)
    {
        if (_noOpWaits) return false;
        if (_intake.HasCollected)
        {
            // SAFETY 2: no batch of ours below the fence; while we lead, the fence is our term.
            var batch = _intake.Encode(_log.Tail, _term, _clock.At(now));
            if (!TryWrite(batch)) return false;
            Announce(batch, _intake.Closed(batch.Index));
        }

        if (_heldFor is { } peer) _actions.AwaitCaughtUp(_term, peer, _log.Tail.Index);
        return true;
    }

    private bool TryWrite(Batch batch)
    {
        _isWriting = true;
        var outcome = _log.TryAppend(batch);
        _isWriting = false;
        switch (outcome)
        {
            case WriteOutcome.Accepted:
                return true;
            case WriteOutcome.BufferFull or WriteOutcome.SpaceIsComing:
                return false; // again at the next flush, or when there is space
            case WriteOutcome.DiskFull when batch.Count == 0:
                // SAFETY 27: without room for its control records a node does not lead.
                _health.ReserveIsGone();
                return false;
            case WriteOutcome.DiskFull:
                RejectUnbatched(AppendVerdict.DiskFull);
                return false;
            case WriteOutcome.Failed:
                return false; // the store has said so itself, and the group stops
            default:
                throw new UnreachableException();
        }
    }

    private void Announce(Batch batch, IReadOnlyList<AppendIntake<TClient>.Accepted> clients)
    {
        // SAFETY 14: whoever counts acks hears of a batch before anybody can ack it.
        _actions.Appended(_term, batch, clients);
        _actions.Handed(_term, batch);
    }

    /// <summary>SAFETY 16: what is in no batch never will be; only that is rejected.</summary>
    private void RejectUnbatched(AppendVerdict why)
    {
        foreach (var client in _intake.TakeUnbatched()) _actions.Reject(client.Client, why);
    }
}
