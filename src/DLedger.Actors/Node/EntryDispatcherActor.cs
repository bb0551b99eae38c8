using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Threading;

namespace DLedger.Node;

/// <summary>Brings one peer up to date and keeps it so while this node leads. Decides nothing: Core's <see cref="PeerProgress"/> does.</summary>
internal sealed class EntryDispatcherActor(RoleContext context, string peer) : RoleActor(context)
{
    private readonly IAlarms _alarms = context.Environment.Alarms ?? new SchedulerAlarms(Context.System.Scheduler);
    private PeerProgress? _progress;
    private Leading? _leading;
    private Term _term;
    private Guid? _store;
    private TimeSpan _heardTold;
    private long _question;

    public static Props Props(RoleContext context, string peer) =>
        Akka.Actor.Props.Create(() => new EntryDispatcherActor(context, peer)).WithDeploy(Deploy.Local)
            .WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override void Started() => Become(Idle);

    private void Idle(object message)
    {
        switch (message)
        {
            case Leading leading:
                StartLeading(leading);
                break;
            case PeerMessage answer:
                if (Accepts(answer) && IsHeard(answer) && answer.Term > _term) Roles.Elector.Tell(new HigherTermSeen(answer.Term));
                break;
            case Follow follow:
                _term = follow.Term;
                break;
            case AskReport:
                Sender.Tell(new DispatchReport(peer, PeerState.Idle, new LogIndex(-1)));
                break;
            case CommitAdvanced or BatchesRead or StoreBaseMoved or Tick or Wake:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Dispatching(object message)
    {
        switch (message)
        {
            case Handed handed:
                if (handed.Term == _term) _progress!.Appended(handed.Batch, Now);
                break;
            case CommitAdvanced advanced:
                if (advanced.Term == _term) _progress!.Committed(advanced.Committed, Now);
                break;
            case PeerMessage answer:
                if (Accepts(answer)) OnAnswer(answer);
                break;
            case BatchesRead read:
                if (read.Question == _question) _progress!.BatchesRead(read.Outcome, read.Batches, Now);
                break;
            case StoreBaseMoved moved:
                _progress!.BaseMoved(moved.Base);
                break;
            case Tick:
                NoticeLimits();
                _progress!.Tick(Now);
                break;
            case Wake wake:
                if (wake.Term == _term) _progress!.Wake(Now);
                break;
            case Follow follow:
                _term = follow.Term;
                _progress = null;
                Timers.Cancel(nameof(Tick));
                Become(Idle);
                return;
            case AskReport:
                Sender.Tell(_progress!.TooLarge is { } batch
                    ? new DispatchReport(peer, StatusMapping.Of(_progress.State), _progress.Match, LimitsProblem(batch.Index, batch.Bytes))
                    : new DispatchReport(peer, StatusMapping.Of(_progress.State), _progress.Match));
                return;
            default:
                Unhandled(message);
                return;
        }

        RunEffects();
    }

    private void StartLeading(Leading leading)
    {
        _term = leading.Term;
        _question++; // an answer to an earlier leadership's question is none of ours
        _store = null;
        _heardTold = TimeSpan.MinValue;
        _leading = leading;
        StartProgress(leading.Terms);
        NoticeLimits();
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), Settings.HeartbeatInterval / 2);
        Become(Dispatching);
        RunEffects();
    }

    private void StartProgress(TermTable terms) => _progress = new PeerProgress(
        new ReplicationSettings(
            Settings.PushWindowBytes,
            Settings.PushWindowBatches,
            Settings.BatchBytesMax,
            Settings.HeartbeatInterval,
            Settings.HeartbeatInterval / 2,
            Settings.HeartbeatInterval / 10,
            Settings.HeartbeatInterval * 2,
            Settings.CatchUpBytesPerSecond),
        terms,
        _leading!.Base,
        _leading.Committed,
        Now);

    /// <summary>SAFETY 7, 31: a member is a pair. A wiped one is listened to, or it could not be brought up to date.</summary>
    private bool IsHeard(PeerMessage answer)
    {
        if (answer.Origin.NodeId != peer)
        {
            Shared.Filter.Drop($"a {answer.GetType().Name} of '{answer.Origin.NodeId}' at the dispatcher of {peer}", Log, Now);
            return false;
        }

        if (Shared.Peers.Of(peer).IsFed(answer.Origin.Store)) return true;
        DropIfUnknown(answer);
        return false;
    }

    private void OnAnswer(PeerMessage answer)
    {
        if (!IsHeard(answer)) return;
        if (answer.Term > _term)
        {
            Roles.Elector.Tell(new HigherTermSeen(answer.Term));
            return;
        }

        if (answer.Term < _term) return; // late, from a term that is over
        NoticeStore(answer.Origin.Store);
        ReportHeard();
        switch (answer)
        {
            case PushAck ack:
                if (_progress!.Acked(ack.Flushed, Now)) Roles.QuorumAckChecker.Tell(new PeerAcked(_term, peer, answer.Origin.Store, ack.Flushed));
                break;
            case Compared compared:
                _progress!.Compared(compared.Round, compared.Match, compared.Last, Now);
                break;
            case Truncated truncated:
                _progress!.Truncated(truncated.Round, truncated.Done, Now);
                break;
            case PushRefused refused:
                _progress!.Refused(refused.Round, Now);
                break;
            case Installed installed:
                _progress!.Installed(installed.Round, Now);
                break;
            default:
                Shared.Filter.Drop($"a {answer.GetType().Name} that is not for a dispatcher", Log, Now);
                break;
        }
    }

    /// <summary>SAFETY 7: what another store of this peer has acked says nothing of this one.</summary>
    private void NoticeStore(Guid store)
    {
        if (_store == store) return;
        if (_store is not null) _progress!.StartAnew(Now);
        _store = store;
    }

    /// <summary>
    /// What the peer says that it takes. A connection breaks at a frame that is larger than the other side's settings allow, again and again.
    /// </summary>
    private void NoticeLimits()
    {
        var standing = Shared.Peers.Of(peer);
        if (standing.MaxEntryBytes > 0) _progress!.PeerTakes(standing.MaxEntryBytes, standing.BatchBytesMax, Now);
    }

    private string LimitsProblem(LogIndex index, int bytes)
    {
        var standing = Shared.Peers.Of(peer);
        return $"{peer} gets nothing from batch {index} of {bytes} bytes on: its max-entry-size is {standing.MaxEntryBytes} and its "
            + $"batch-bytes-max {standing.BatchBytesMax}, "
            + $"this member's {Settings.MaxEntrySize} and {Settings.BatchBytesMax}; give all members the same";
    }

    private void ReportHeard()
    {
        // Once every heartbeat interval is enough for check-quorum.
        if (_heardTold != TimeSpan.MinValue && Now - _heardTold < Settings.HeartbeatInterval / 2) return;
        if (!_leading!.Trusted.TryGetValue(peer, out var trusted) || trusted != _store) return;
        _heardTold = Now;
        Roles.Elector.Tell(new BulkHeard(peer, _term));
    }

    private void RunEffects()
    {
        foreach (var effect in _progress!.TakeEffects()) Run(effect);
    }

    private void Run(PeerEffect effect)
    {
        switch (effect)
        {
            case PeerEffect.SendPush push:
                Send(new Push(Shared.Origin, _term, push.Round, push.Previous, push.Committed, push.Batches));
                break;
            case PeerEffect.SendCompare compare:
                Send(new Compare(Shared.Origin, _term, compare.Round, compare.Base, compare.Runs));
                break;
            case PeerEffect.SendTruncate truncate:
                Send(new Truncate(Shared.Origin, _term, truncate.Round, truncate.Keep, truncate.Reported));
                break;
            case PeerEffect.SendInstall install:
                Send(new Install(Shared.Origin, _term, install.Round, new LogBase(install.Base)));
                break;
            case PeerEffect.WakeAfter wake:
                _alarms.TellAfter(wake.Time, Self, new Wake(_term));
                break;
            case PeerEffect.Dropped dropped:
                Shared.Filter.Drop($"{dropped.What}, of {peer}", Log, Now);
                break;
            case PeerEffect.TooLarge tooLarge:
                Log.Warning("{0}", LimitsProblem(tooLarge.Index, tooLarge.Bytes));
                break;
            case PeerEffect.ReadLog read:
                Roles.Reader.Tell(new ReadLog(read.From, read.Expected, read.BytesMax, ++_question));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Send(PeerMessage message) => Shared.Environment.Network.Send(peer, message);

    /// <summary>To itself, when nothing was sent for a short while.</summary>
    /// <summary>The answer to <see cref="PeerEffect.WakeAfter"/>; one that comes when nobody leads any more is of no interest.</summary>
    private sealed record Wake(Term Term) : ILocalMessage, IDeadLetterSuppression;

    /// <summary>For a status; answered by <see cref="DispatchReport"/>.</summary>
    internal sealed record AskReport : ILocalMessage;

    /// <param name="Problem">What keeps the peer from being fed; null when nothing does.</param>
    internal sealed record DispatchReport(string Peer, PeerState State, LogIndex Match, string? Problem = null) : ILocalMessage;
}
