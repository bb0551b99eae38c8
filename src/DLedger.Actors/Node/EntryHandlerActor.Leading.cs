using System.Diagnostics;
using Akka.Actor;
using DLedger.Core;

namespace DLedger.Node;

/// <content>The log's owner as leader: appends become batches.</content>
internal sealed partial class EntryHandlerActor
{
    // With fewer than this many batches on their way to the disk, a batch is closed as soon as the mailbox has been worked off; else the next flush closes it.
    private const int EagerBatches = 2;

    private AppendIntake<Caller>? _intake;
    private Caller? _asking;
    private bool _isWriting;
    private bool _noOpWaits;
    private bool _markerUnderWay;
    private string? _heldFor;

    private void Leading(object message)
    {
        switch (message)
        {
            case Append append:
                OnAppend(append);
                break;
            case AppendMany append:
                OnAppendMany(append);
                break;
            case CloseBatch close:
                _markerUnderWay = false;
                if (close.Term == _fence) TryClose();
                break;
            case StoreFlushed flushed:
                if (_flushes.FlushCompleted(flushed.FlushedTo)) Roles.QuorumAckChecker.Tell(new SelfFlushed(_fence, _flushes.Flushed));
                FinishWhatWaitedForFlush(); // of the time before we led
                WriteWhatWaits();
                break;
            case StoreSpaceChanged:
                OnSpaceChanged();
                WriteWhatWaits();
                break;
            case CommitAdvanced advanced:
                if (advanced.Term == _fence) CommitTo(advanced.Committed);
                break;
            case HoldAppends hold:
                if (hold.Term == _fence) Hold(hold.For);
                break;
            case ResumeAppends resume:
                if (resume.Term == _fence) Resume(resume);
                break;
            default:
                if (!HandleInAnyRole(message)) Unhandled(message);
                break;
        }
    }

    private void OnLead(Lead lead)
    {
        if (lead.Term < _fence) return;
        Invariant.Holds(lead.Term == _fence && _intake is null, $"A term is fenced before it is led, once: {lead.Term} at fence {_fence}.");
        _intake = new AppendIntake<Caller>(
            new IntakeSettings(Settings.MaxEntrySize, Settings.BatchBytesMax, Settings.PendingEntriesMax, Settings.PendingBytesMax));
        _leader = Shared.Self;
        _heldFor = null;
        _markerUnderWay = false;
        Become(Leading);
        // SAFETY 14: the quorum-ack checker first, so that no ack overtakes the batch it is for.
        Roles.QuorumAckChecker.Tell(LeadingMessage(lead));
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(LeadingMessage(lead));
        Roles.Reader.Tell(LeadingMessage(lead));
        _noOpWaits = true;
        WriteWhatWaits();
    }

    private Leading LeadingMessage(Lead lead) => new(
        lead.Term, _writer.Tail.Index.Next, _follower.Committed, _flushes.Flushed, _writer.Base.Tail, _writer.Terms.Clone(), lead.Trusted);

    private void StopLeading(string? newLeader)
    {
        _leader = newLeader;
        RejectUnbatched(RejectReason.NotLeader);
        _intake = null;
        _noOpWaits = false;
        _heldFor = null;
        Become(Following);
        TellFollowing();
    }

    private void OnAppend(Append append)
    {
        if (append.Body.Length > Settings.MaxEntrySize)
        {
            Reject(append, RejectReason.TooLarge, TooLarge(append.Body.Length));
            return;
        }

        if (!HasRoomFor(append, append.Body.Length, 1)) return;
        if (!MakeRoom(append, append.Body.Length, 1)) return;
        _intake!.Accept(CallerOf(append), append.Body, Now + Settings.AppendTimeout);
        Accepted();
    }

    private void OnAppendMany(AppendMany append)
    {
        switch (_intake!.JudgeSize(append.Bodies, out var bytes))
        {
            case IntakeVerdict.NoEntries:
                Reject(append, RejectReason.NoEntries, "the request holds no entries");
                return;
            case IntakeVerdict.EntryTooLarge:
                Reject(append, RejectReason.TooLarge, TooLarge(append.Bodies.Max(body => body.Length)));
                return;
            case IntakeVerdict.RequestTooLarge:
                Reject(append, RejectReason.TooLarge, $"entries of one request must fit batch-bytes-max of {Settings.BatchBytesMax} bytes together, with 4 bytes each");
                return;
            default:
                break;
        }

        if (append.Stream is { } place && !_intake.IsNextOf(place.Id, place.Sequence, place.Start))
        {
            Reject(append, RejectReason.OutOfOrder, null);
            return;
        }

        if (!HasRoomFor(append, bytes, append.Bodies.Count)) return;
        if (!MakeRoom(append, bytes, append.Bodies.Count)) return;

        if (append.Stream is { } stream) _intake.AdvanceStream(stream.Id, stream.Sequence);
        _intake.Accept(CallerOf(append), append.Bodies, bytes, Now + Settings.AppendTimeout);
        Accepted();
    }

    private bool HasRoomFor(DLedgerMessage append, long bytes, int count)
    {
        if (_heldFor is not null || _noOpWaits)
        {
            Reject(append, RejectReason.Busy, _heldFor is null ? "the new leader's first record waits for the disk" : $"leadership is being handed to {_heldFor}");
            return false;
        }

        switch (_intake!.JudgeRoom(bytes, count, _writer.FreeBytes))
        {
            case IntakeVerdict.Accepted:
                return true;
            case IntakeVerdict.Busy:
                Reject(append, RejectReason.Busy, $"{_intake.EntriesOutstanding} entries of {_intake.BytesOutstanding} bytes wait to be committed");
                return false;
            case IntakeVerdict.DiskFull when _writer.SpaceIsComing:
                // Filled faster than the disk makes room: a moment later there is some.
                Reject(append, RejectReason.Busy, "the log fills faster than the disk makes room for it");
                return false;
            case IntakeVerdict.DiskFull:
                Reject(append, RejectReason.DiskFull, "no space for more on the leader's disk");
                return false;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Closes the batch being collected when this request does not fit in.</summary>
    private bool MakeRoom(DLedgerMessage append, long bytes, int count)
    {
        if (!_intake!.NeedsNewBatch(bytes, count)) return true;
        _asking = CallerOf(append);
        var closed = TryClose();
        _asking = null;
        if (!closed) Reject(append, RejectReason.Busy, "the write buffer is full");
        return closed;
    }

    private void Accepted()
    {
        if (_intake!.IsFull)
        {
            TryClose();
        }
        else if (!_markerUnderWay && _flushes.Pending < EagerBatches)
        {
            _markerUnderWay = true;
            Self.Tell(new CloseBatch(_fence));
        }
    }

    private void WriteWhatWaits()
    {
        if (_noOpWaits)
        {
            var noOp = Batch.Control(BatchKind.NoOp, _writer.Tail, _fence);
            if (!TryWrite(noOp))
            {
                return;
            }

            _noOpWaits = false;
            Announce(noOp, []);
        }

        TryClose();
    }

    /// <summary>Closes the batch that is being collected. False: the write buffer is full, and it stays open until the next flush.</summary>
    private bool TryClose()
    {
        if (_noOpWaits) return false;
        if (_intake!.HasCollected)
        {
            // SAFETY 2: no batch of ours below the fence; while we lead, the fence is our term.
            var batch = _intake.Encode(_writer.Tail, _fence);
            if (!TryWrite(batch)) return false;
            Announce(batch, _intake.Closed(batch.Index));
        }

        if (_heldFor is { } peer) Roles.QuorumAckChecker.Tell(new SettleFor(_fence, peer, _writer.Tail.Index));
        return true;
    }

    private bool TryWrite(Batch batch)
    {
        _isWriting = true;
        var outcome = _writer.TryAppend(batch, out var endsAt);
        _isWriting = false;
        switch (outcome)
        {
            case WriteOutcome.Accepted:
                _flushes.Written(batch.Index, endsAt);
                return true;
            case WriteOutcome.BufferFull or WriteOutcome.SpaceIsComing:
                return false; // again at the next flush, or when there is space
            case WriteOutcome.DiskFull when batch.Count == 0:
                // SAFETY 27: without room for its control records a node does not lead.
                _reserveGone = true;
                ReportHealth();
                return false;
            case WriteOutcome.DiskFull:
                RejectUnbatched(RejectReason.DiskFull);
                return false;
            case WriteOutcome.Failed:
                return false; // the store has told the node root, which stops the group
            default:
                throw new UnreachableException();
        }
    }

    private void Announce(Batch batch, IReadOnlyList<AppendIntake<Caller>.Accepted> clients)
    {
        // SAFETY 14: the quorum-ack checker first.
        Roles.QuorumAckChecker.Tell(new Appended(_fence, batch, clients));
        var handed = new Handed(_fence, batch);
        foreach (var dispatcher in Roles.Dispatchers) dispatcher.Tell(handed);
    }

    private void Hold(string peer)
    {
        _heldFor = peer;
        TryClose();
    }

    private void Resume(ResumeAppends resume)
    {
        _heldFor = null;
        Roles.QuorumAckChecker.Tell(resume);
    }

    private void RejectUnbatched(RejectReason reason)
    {
        var leader = reason == RejectReason.NotLeader ? Shared.Environment.AddressOf(_leader) : null;
        foreach (var client in _intake!.TakeUnbatched()) client.Client.Tell(new AppendResult.Rejected(reason, leader) { RequestId = client.Client.RequestId }, Node);
    }

    private Caller CallerOf(DLedgerMessage append) => new(Sender, append.RequestId);

    private void Reject(DLedgerMessage append, RejectReason reason, string? detail) => Sender.Tell(Refusal.Of(append, reason, null, detail), Node);

    private string TooLarge(int bytes) => $"an entry of {bytes} bytes is over max-entry-size of {Settings.MaxEntrySize} bytes";
}
