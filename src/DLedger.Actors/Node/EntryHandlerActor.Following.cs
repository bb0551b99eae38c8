using System.Diagnostics;
using Akka.Actor;
using DLedger.Core;
using DLedger.Protocol;

namespace DLedger.Node;

/// <content>The log's owner as follower: what a leader pushes is judged, written, flushed and acked.</content>
internal sealed partial class EntryHandlerActor
{
    private Term _higherTermPassedOn;
    private string? _ackTo;
    private (string To, long Round, Term Term)? _refuseAtFlush;
    private (string To, long Round, Term Term, Tail Base, WalAddress EndsAt)? _installing;

    private void Following(object message)
    {
        switch (message)
        {
            case Append or AppendMany:
                Sender.Tell(Refusal.Of(message, RejectReason.NotLeader, Shared.Environment.AddressOf(_leader), null), Node);
                break;
            case StoreFlushed flushed:
                if (_flushes.FlushCompleted(flushed.FlushedTo)) AckAfterFlush();
                FinishWhatWaitedForFlush();
                break;
            case StoreSpaceChanged:
                OnSpaceChanged();
                FinishWhatWaitedForFlush();
                break;
            case CommitAdvanced advanced:
                // SAFETY 14: what the quorum-ack checker learned while we led.
                CommitTo(advanced.Committed);
                break;
            case CloseBatch or HoldAppends or ResumeAppends:
                break; // of a leadership that is over; its clients have their answers
            default:
                if (!HandleInAnyRole(message)) Unhandled(message);
                break;
        }
    }

    private void OnPush(PeerMessage message)
    {
        var from = message.Origin.NodeId;
        // SAFETY 7, 31: a member is a pair, for batches as for votes.
        if (!Shared.Peers.Of(from).Counts(message.Origin.Store))
        {
            DropIfUnknown(message);
            return;
        }

        if (message.Term > _fence)
        {
            if (!message.Term.IsPlausibleAfter(_fence))
            {
                DropOf(message, $"nobody can have reached term {message.Term} from {_fence}");
                return;
            }

            // SAFETY 4: the Elector alone changes the term; it is told once, not once a push. The leader sends again.
            if (message.Term > _higherTermPassedOn)
            {
                _higherTermPassedOn = message.Term;
                Roles.Elector.Tell(new HigherTermSeen(message.Term));
            }

            return;
        }

        if (message.Term < _fence)
        {
            // SAFETY 2: refused; the answer carries our term, so that a deposed leader learns of it.
            Answer(from, new PushRefused(Shared.Origin, _fence, 0, _writer.Tail.Point));
            return;
        }

        // Raft 5.2: at most one leader a term. Until the Elector has told who it is, whoever pushes may be it.
        if (_intake is not null || (_leader is not null && _leader != from))
        {
            DropOf(message, $"{_leader} leads term {_fence}");
            return;
        }

        switch (message)
        {
            case Push push:
                OnPush(push, from);
                break;
            case Compare compare:
                if (!FollowerLog.IsLog(compare.Term, compare.Base, compare.Runs))
                {
                    DropOf(message, "no log looks like that");
                    return;
                }

                var match = _follower.Compare(compare.Round, compare.Base, compare.Runs);
                TellReaderCommit();
                Answer(from, new Compared(Shared.Origin, _fence, compare.Round, match, _writer.Base.Tail, _writer.Tail.Point));
                break;
            case Truncate truncate:
                OnTruncate(truncate, from);
                break;
            case Install install:
                OnInstall(install, from);
                break;
            default:
                Shared.Strangers.Drop($"a {message.GetType().Name} that is not for an entry handler", Log, Now);
                break;
        }
    }

    private void OnPush(Push push, string from)
    {
        if (_installing is not null) return;
        switch (_follower.Judge(push.Term, push.Previous, push.Batches))
        {
            case PushVerdict.DoesNotFit:
                Answer(from, new PushRefused(Shared.Origin, _fence, push.Round, _writer.Tail.Point));
                return;
            case PushVerdict.Malformed malformed:
                DropOf(push, malformed.Reason);
                return;
            case PushVerdict.Fits fits:
                if (RefusalOf(push, fits.FirstNew) is { } refusal) DropOf(push, refusal);
                else Write(push, fits.FirstNew, from);
                return;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Why the log cannot hold the first new batch of a push, or one of those behind it.</summary>
    private string? RefusalOf(Push push, int firstNew)
    {
        for (var i = firstNew; i < push.Batches.Count; i++)
        {
            var batch = push.Batches[i];
            if (batch.Encoded.Length > _writer.MaxBatchBytes) return $"{batch} has {batch.Encoded.Length} bytes, and this store takes {_writer.MaxBatchBytes} (max-entry-size, batch-bytes-max)";
        }

        var tail = _writer.Tail;
        return firstNew < push.Batches.Count && push.Batches[firstNew] is var first && first.Index == tail.Index.Next && !first.Follows(tail)
            ? $"{first} does not go on with entry {tail.NextEntry}, or goes back in time"
            : null;
    }

    private void Write(Push push, int firstNew, string from)
    {
        // SAFETY 8: what is held already is skipped, so that a resent batch never supersedes anything.
        var last = push.Previous.Index;
        var held = true;
        for (var i = 0; i < push.Batches.Count; i++)
        {
            var batch = push.Batches[i];
            if (i >= firstNew)
            {
                held = false;
                if (_writer.TryAppend(batch, out var endsAt) != WriteOutcome.Accepted)
                {
                    // Full, for now: what came before counts, the rest is asked for again.
                    _refuseAtFlush = (from, push.Round, _fence);
                    break;
                }

                _flushes.Written(batch.Index, endsAt);
            }

            last = batch.Index;
        }

        _ackTo = from;
        _follower.Verify(last);
        _follower.CommitSent(push.Committed);
        TellReaderCommit();
        // SAFETY 13: what needs no flush is acked at once; the rest with its flush.
        if (held || _follower.Acked(_flushes.Flushed) >= last) SendAck();
    }

    private void OnTruncate(Truncate truncate, string from)
    {
        // Before the Elector has told who leads nobody cuts: the leader compares again.
        var done = _leader == from
            && _installing is null
            && _follower.MayTruncate(truncate.Round, truncate.Keep, truncate.Reported)
            && _writer.TryTruncate(truncate.Keep.Index, out _) == WriteOutcome.Accepted;
        if (done) _flushes.TruncatedAfter(truncate.Keep.Index);
        Answer(from, new Truncated(Shared.Origin, _fence, truncate.Round, done, _writer.Tail.Point));
    }

    private void OnInstall(Install install, string from)
    {
        if (_installing is not null) return;
        var newBase = install.Base.Tail;
        var isNeeded = _follower.NeedsInstall(newBase.Point);
        var isExpected = _leader == from && _follower.IsExpected(install.Term, newBase);
        if (isNeeded && !isExpected) DropOf(install, "it does not follow from a comparison with this log");
        if (!isNeeded || !isExpected)
        {
            // Either way the leader compares next, and what it offers after that is expected.
            Answer(from, new Installed(Shared.Origin, _fence, install.Round, newBase));
            return;
        }

        if (_writer.TryReset(install.Base, out var endsAt) != WriteOutcome.Accepted) return;
        _flushes.Reset(newBase.Index);
        // SAFETY 25: flushed before any later ack.
        _installing = (from, install.Round, _fence, newBase, endsAt);
    }

    private void AckAfterFlush()
    {
        if (_installing is null && _follower.Verified > LogIndex.None) SendAck();
    }

    private void FinishWhatWaitedForFlush()
    {
        if (_installing is { } install && _flushes.FlushedTo >= install.EndsAt)
        {
            _installing = null;
            _follower.CommittedElsewhere(install.Base.Index);
            if (install.Term == _fence)
            {
                _follower.Installed(install.Base.Index);
                TellReaderCommit();
                Answer(install.To, new Installed(Shared.Origin, _fence, install.Round, install.Base));
            }
        }

        if (_refuseAtFlush is not { } refused) return;
        _refuseAtFlush = null;
        if (refused.Term == _fence) Answer(refused.To, new PushRefused(Shared.Origin, _fence, refused.Round, _writer.Tail.Point));
    }

    /// <summary>SAFETY 9: never more than what is on disk and verified against this leader in this term.</summary>
    private void SendAck()
    {
        if (_ackTo is not null) Answer(_ackTo, new PushAck(Shared.Origin, _fence, _follower.Acked(_flushes.Flushed)));
    }

    private void DropOf(PeerMessage message, string why) => Shared.Strangers.Drop($"a {message.GetType().Name} of {message.Origin.NodeId}: {why}", Log, Now);

    private void TellReaderCommit() => Shared.Committed.Raise(_follower.Committed);

    private void Answer(string to, PeerMessage message) => Shared.Environment.Network.Send(Shared.Member(to), message);
}
