using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Node;

/// <summary>
/// The root of a group's actors on this node, <c>/user/dledger/{group}</c>: starts and stops the roles together, supervises them, and routes what
/// clients send. Not on the per-entry path beyond one Forward. It stays when the member stops, for the next start: who has found it once, or whose
/// remoting remembers it, reaches that one too. What is started again are the roles, under names that no other had.
/// </summary>
/// <remarks>
/// <code>
///   Absent --Begin--> Opening --Opened--> Running --a role died--> Closing --Closed--> Opening (a few times at most) or Failed
///                        |                   |
///                        +--failed--> Failed +--Stop--> (hand over) --> Closing --> Absent
/// </code>
/// It has more fields than fifteen because it holds what outlives its roles, and each of them belongs to one start of the member: they say when.
/// </remarks>
internal sealed class NodeActor : UntypedActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PeerRouter _router = PeerRouter.Of(Context.System);
    private readonly List<TimeSpan> _restarts = [];
    private readonly HashSet<IActorRef> _roleActors = [];

    /// <summary>Of the last start; null before the first.</summary>
    private NodeEnvironment _environment = null!;

    /// <summary>The set of members in force and where they are, for status and hints. Of the last start.</summary>
    private KnownMembers _members = null!;

    /// <summary>Counts what is dropped. Of the last start.</summary>
    private MessageFilter _filter = null!;

    /// <summary>Who receives for this group behind the router; null while no roles run.</summary>
    private PeerReceivers? _receivers;

    /// <summary>Who waits for a status.</summary>
    private readonly StatusRequests _statusRequests = new();

    /// <summary>What the store tells, and the name of this opening: what names another one is of an earlier life.</summary>
    private StoreEvents? _storeEvents;

    /// <summary>How an opening hands its store over, or is abandoned; null when none is under way.</summary>
    private StoreOffer? _offer;

    /// <summary>The store while it is open and ours.</summary>
    private OpenStore? _open;

    /// <summary>The store that is being closed.</summary>
    private OpenStore? _closing;

    /// <summary>The roles of this life; null before the first and while there are none.</summary>
    private Roles? _roles;

    /// <summary>How many reads may wait; shared with the roles.</summary>
    private ReadLimit? _reads;

    /// <summary>Collects a status for all that wait; null when nobody does.</summary>
    private IActorRef? _statusCollector;

    /// <summary>Why this life ends or has ended; the first reason stays.</summary>
    private string? _failure;

    /// <summary>What became of leadership when the member was told to stop.</summary>
    private StopResult? _handOver;

    /// <summary>Whether the roles may start again from disk after this failure.</summary>
    private bool _mayRestart;

    /// <summary>Somebody has told the member to stop.</summary>
    private bool _isStopping;

    /// <summary>
    /// The state machine of a life that did not end in time, until it returns; null when there is none. SAFETY 53: two machines over one state would
    /// apply the same entries twice.
    /// </summary>
    private IActorRef? _hungMachine;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props() =>
        Akka.Actor.Props.Create(() => new NodeActor()).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    protected override SupervisorStrategy SupervisorStrategy() => RoleSupervision.Strategy(RoleFailed);

    protected override void PreStart() => Become(Absent);

    protected override void PostStop()
    {
        // Reached only when the whole ActorSystem ends.
        Withdraw();
        if (_environment is null) return;
        _environment.Network.Close();
        LetGoOfStore();
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        if (message is not Terminated dead || !dead.ActorRef.Equals(_hungMachine)) return base.AroundReceive(receive, message);
        _hungMachine = null;
        return true;
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void Absent(object message)
    {
        switch (message)
        {
            case Begin begin:
                _environment = begin.Environment;
                _members = new KnownMembers(_environment.Settings);
                _filter = new MessageFilter(_environment.Settings, _members);
                _restarts.Clear();
                _isStopping = false;
                _environment.Network.MembersAre(_members.Set);
                if (_hungMachine is not null) FailBesideHungMachine();
                else StartOpening();
                break;
            case Undecodable or PeerMessage or Stop or HandedOver or Terminated or WaitedEnough or StateMachineActor.AllAnswered or WaitedForAnswers:
            case StoreOpener.Opened or StoreOpener.OpenFailed or StoreOpener.Closed or StoreFailed:
                break; // of a life that is over
            default:
                if (!AbsentGroup.Answer(Self.Path.Name, RejectReason.NoSuchGroup, message, Sender)) Unhandled(message);
                break;
        }
    }

    private void FailBesideHungMachine()
    {
        _failure = "the state machine of the last start has not returned from what it was called for, so that another one may not begin";
        Fail();
    }

    private void StartOpening()
    {
        _failure = null;
        _handOver = null;
        _mayRestart = true;
        _storeEvents = new StoreEvents(Self);
        _offer = new StoreOffer();
        Become(Opening);
        StoreOpener.Open(_environment, _storeEvents, _offer, Self);
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case StoreOpener.Opened opened when opened.Offer == _offer:
                _open = _offer!.Take();
                if (_isStopping || _failure is not null) StartClosing();
                else StartRoles();
                break;
            case StoreOpener.OpenFailed failed when failed.Offer == _offer:
                _failure ??= failed.Reason;
                if (_isStopping) Stopped();
                else Fail();
                break;
            case StoreFailed failed when failed.Life == _storeEvents:
                _failure ??= failed.Reason;
                _mayRestart = false;
                break;
            case Stop:
                _isStopping = true;
                Timers.StartSingleTimer(nameof(WaitedEnough), new WaitedEnough(), _environment.CloseTimeMax);
                break;
            case WaitedEnough:
                // What is opened after all is closed by the thread that opens it.
                _failure ??= $"its store did not open within {_environment.CloseTimeMax.TotalSeconds:0.###} s after it was told to stop: the disk "
                    + $"does not answer";
                Stopped();
                break;
            default:
                Refuse(message, RejectReason.Starting, MemberRole.Starting, "the member is starting");
                break;
        }
    }

    private void StartRoles()
    {
        var settings = _environment.Settings;
        var origin = new Origin(settings.ClusterId, settings.Group, settings.Id, _open!.Store.StoreId);
        var context = new RoleContext(_environment, origin, _open.Log, _members, _filter) { Life = _storeEvents! };
        _reads = context.Reads;
        // Whoever still holds a role of an earlier life must not take it for one of this.
        var life = _router.NextLife();
        var dispatchers = new Dispatchers(
            settings.Id,
            (peer, number) => Role(EntryDispatcherActor.Props(context, peer), $"dispatcher-{peer}-{number}"),
            StopRole);
        dispatchers.MembersAre(context.Membership, life);
        _roles = new Roles(
            Role(ElectorActor.Props(context), $"elector-{life}"),
            Role(EntryHandlerActor.Props(context, _storeEvents!), $"entry-handler-{life}"),
            Role(QuorumAckCheckerActor.Props(context), $"quorum-ack-checker-{life}"),
            Role(ReaderActor.Props(context), $"reader-{life}"),
            [.. dispatchers.ByPeer.Values])
        {
            StateMachine = _environment.HasStateMachine ? Role(StateMachineActor.Props(context), $"state-machine-{life}") : null,
            Replica = _environment.HasStateMachine ? context.Replica : null,
        };
        _log.Info(
            "{0} of group {1} starts in term {2} with {3} entries in its log", settings.Id, settings.Group, _open.Log.HardState.Loaded.Term,
            _open.Log.Writer.Tail.NextEntry);
        foreach (var role in _roles.Dispatchers) role.Tell(_roles);
        _roles.Reader.Tell(_roles);
        _roles.StateMachine?.Tell(_roles);
        _roles.QuorumAckChecker.Tell(_roles);
        _roles.EntryHandler.Tell(_roles);
        _roles.Elector.Tell(_roles);
        _receivers = new PeerReceivers(_roles.Elector, _roles.EntryHandler, _roles.QuorumAckChecker, dispatchers.ByPeer, _roles.StateMachine);
        _router.Register(settings.Group, _receivers);
        Become(Running);
    }

    private IActorRef Role(Props props, string name)
    {
        var role = Context.ActorOf(props, name);
        Context.Watch(role);
        _roleActors.Add(role);
        return role;
    }

    /// <summary>Its member has left the group; that it ends is no failure.</summary>
    private void StopRole(IActorRef role)
    {
        Context.Unwatch(role);
        _roleActors.Remove(role);
        Context.Stop(role);
    }

    private void Running(object message)
    {
        switch (message)
        {
            case Execute or AppendMany { WantsReplies: true } or Query when _roles!.StateMachine is null:
                Sender.Tell(Refusal.Of(message, RejectReason.NoStateMachine, null, "this member was started without a state machine"));
                break;
            case Append or AppendMany or Execute:
                _roles!.EntryHandler.Forward(message);
                break;
            case Read { Mode.NeedsLeader: false } or GetCommitPosition { Mode.NeedsLeader: false } or Query { Mode.NeedsLeader: false }:
                ForwardLocalRead((DLedgerMessage)message);
                break;
            case Read or GetCommitPosition or Query:
                _roles!.QuorumAckChecker.Forward(message);
                break;
            case TransferLeadership:
                _roles!.Elector.Forward(message);
                break;
            case GetStatus status:
                var caller = new Caller(Sender, status.RequestId);
                if (_statusRequests.TryAdd(caller)) CollectStatus();
                else Sender.Tell(Silent(MemberRole.Unknown, "too many ask at once").WithRequestId(status.RequestId));
                break;
            case StatusCollector.Collected collected when Sender.Equals(_statusCollector):
                AnswerStatus(collected.Status);
                break;
            case StatusCollector.Collected:
                break; // of roles that are gone
            case Terminated dead when dead.ActorRef.Equals(_statusCollector):
                AnswerStatus(Silent(MemberRole.Unknown, "the status could not be collected"));
                break;
            case Undecodable undecodable:
                _filter.Drop(
                    $"a message that cannot be read ({undecodable.Manifest}): {undecodable.Reason}", _log, Context.System.Scheduler.MonotonicClock);
                break;
            case PeerMessage peer:
                DropFromPeer(peer);
                break;
            case Stop:
                HandOverThenStop();
                break;
            case HandedOver handedOver when _isStopping && Sender.Equals(_roles!.Elector):
                _handOver = handedOver.Outcome;
                AnswerThenClose();
                break;
            case StateMachineActor.AllAnswered when _isStopping && Sender.Equals(_roles!.StateMachine):
            case WaitedForAnswers:
                StartClosing();
                break;
            case StateMachineActor.AllAnswered:
                break; // of an earlier life
            case StoreFailed failed when failed.Life == _storeEvents:
                _failure ??= failed.Reason;
                _mayRestart = false;
                StartClosing();
                break;
            case Terminated dead when _roleActors.Remove(dead.ActorRef):
                StartClosing();
                break;
            case Terminated:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void CollectStatus()
    {
        if (!_statusRequests.TryStart()) return;
        _statusCollector = Context.Watch(Context.ActorOf(StatusCollector.Props(_environment, _members, _roles!, _filter.Dropped)));
    }

    private void AnswerStatus(LedgerStatus status)
    {
        _statusCollector = null;
        foreach (var asker in _statusRequests.Collected()) asker.Tell(status.WithRequestId(asker.RequestId), Self);
        CollectStatus();
    }

    private void RoleFailed(Exception failure)
    {
        // The sender is who failed. One of an earlier life, which a hung disk has let go at last, or a status that was being collected, says nothing
        // of this one.
        if (!_roleActors.Contains(Sender))
        {
            _log.Warning("{0} failed, which is no role of the present life: {1}", Sender, failure.Message);
            return;
        }

        _log.Error(failure, "A role of group {0} failed", _environment.Settings.Group);
        _failure ??= Causes.Line(failure);
        _mayRestart &= RoleSupervision.MayRestart(failure);
    }

    private void ForwardLocalRead(DLedgerMessage question)
    {
        var answers = question is Query ? _roles!.StateMachine! : _roles!.Reader;
        if (_reads!.TryEnter())
            answers.Tell(ServeRead.Of(question, Sender, Context.System.Scheduler.MonotonicClock + _environment.Settings.AppendTimeout));
        else Sender.Tell(Refusal.Of(question, RejectReason.Busy, null, RoleActor.NoRoom(_reads)));
    }

    private void HandOverThenStop()
    {
        if (_isStopping) return;
        _isStopping = true;
        _roles!.Elector.Tell(new ElectorActor.HandOver());
    }

    /// <summary>
    /// What is committed is answered once the state machine has applied it: the quorum-ack checker gave it the clients before it told the Elector
    /// that all is committed. For as long as clients wait at all.
    /// </summary>
    private void AnswerThenClose()
    {
        if (_roles!.StateMachine is not { } machine)
        {
            StartClosing();
            return;
        }

        var (answers, close) = (_environment.Settings.AppendTimeout, _environment.CloseTimeMax);
        Timers.StartSingleTimer(nameof(WaitedForAnswers), new WaitedForAnswers(), answers < close ? answers : close);
        machine.Tell(new StateMachineActor.AnswerAll());
    }

    private void StartClosing()
    {
        Timers.Cancel(nameof(WaitedForAnswers));
        Withdraw();
        Become(Closing);
        Timers.StartSingleTimer(nameof(WaitedEnough), new WaitedEnough(), _environment.CloseTimeMax);
        _statusCollector = null;
        foreach (var asker in _statusRequests.TakeAll())
        {
            asker.Tell(Silent(MemberRole.Stopping, _failure ?? "the member is stopping").WithRequestId(asker.RequestId), Self);
        }

        foreach (var role in _roleActors) Context.Stop(role);
        CloseWhenAlone();
    }

    private void Closing(object message)
    {
        switch (message)
        {
            case Terminated dead:
                if (_roleActors.Remove(dead.ActorRef)) CloseWhenAlone();
                break;
            case StoreOpener.Closed closed when closed.Store == _closing:
                _closing = null;
                if (closed.Error is not null) _failure ??= $"the store could not be closed: {closed.Error}";
                _roles = null;
                Timers.Cancel(nameof(WaitedEnough));
                AfterClosing();
                break;
            case WaitedEnough:
                // Nothing is started again over I/O that is still under way (SAFETY 5).
                _mayRestart = false;
                _failure =
                    $"{(_failure is null ? "" : $"{_failure}; ")}its store did not close within {_environment.CloseTimeMax.TotalSeconds:0.###} s: "
                    + (IsMachineInHand ? "its state machine does not return" : "the disk does not answer, and the folder stays locked until it does");
                _closing = null;
                LetGoOfStore();
                // A role that reads from that disk may hang with it; it ends when the disk answers. A state machine may hang in the application.
                if (IsMachineInHand) _hungMachine = _roles!.StateMachine;
                foreach (var role in _roleActors.Where(role => !role.Equals(_hungMachine))) Context.Unwatch(role);
                _roleActors.Clear();
                _roles = null;
                AfterClosing();
                break;
            case StoreFailed failed when failed.Life == _storeEvents:
                _failure ??= failed.Reason;
                _mayRestart = false;
                break;
            case Stop:
                _isStopping = true;
                break;
            default:
                Refuse(message, RejectReason.Stopping, MemberRole.Stopping, _failure ?? "the member is stopping");
                break;
        }
    }

    private bool IsMachineInHand => _roles?.StateMachine is { } machine && _roleActors.Contains(machine);

    private void CloseWhenAlone()
    {
        if (_roleActors.Count > 0 || _open is null) return;
        // SAFETY 5: outstanding I/O is awaited before anything starts again.
        _closing = _open;
        StoreOpener.Close(_environment, _open, Self);
        _open = null;
    }

    private void AfterClosing()
    {
        Timers.Cancel(nameof(WaitedEnough));
        if (_isStopping)
        {
            Stopped();
            return;
        }

        var now = Context.System.Scheduler.MonotonicClock;
        _restarts.RemoveAll(restart => now - restart > RoleSupervision.Within);
        if (_mayRestart && _restarts.Count < RoleSupervision.RestartsMax)
        {
            _restarts.Add(now);
            _log.Warning("Group {0} starts again from disk: {1}", _environment.Settings.Group, _failure);
            StartOpening();
        }
        else
        {
            Fail();
        }
    }

    private void Fail()
    {
        _failure ??= "a role stopped for no known reason";
        _log.Error("Group {0} has stopped on {1}: {2}", _environment.Settings.Group, _environment.Settings.Id, _failure);
        Context.System.EventStream.Publish(new GroupFailed(_environment.Settings.Group, _failure));
        _environment.Network.Close();
        Become(Failed);
    }

    private void Failed(object message)
    {
        switch (message)
        {
            case Stop:
                Stopped();
                break;
            default:
                Refuse(message, RejectReason.Failed, MemberRole.Failed, _failure);
                break;
        }
    }

    private void Stopped()
    {
        Timers.Cancel(nameof(WaitedEnough));
        LetGoOfStore();
        _environment.Network.Close();
        Become(Absent);
        var result = _failure is null ? _handOver ?? new StopResult.NotLeader() : new StopResult.Failed(_failure);
        Context.Parent.Tell(new GroupStopped(_environment.Settings.Group, result));
    }

    /// <summary>
    /// A store that is still open, or being opened, is closed elsewhere, or where it is being opened. Never on this thread, which other groups need:
    /// the end of the system waits for it, for a while.
    /// </summary>
    private void LetGoOfStore()
    {
        if ((_open ?? _offer?.Abandon()) is { } left) StoreOpener.CloseUnattended(_environment, left);
        _open = null;
        _offer = null;
    }

    /// <summary>What peers say is for nobody here any more.</summary>
    private void Withdraw()
    {
        if (_receivers is not null) _router.Unregister(_environment.Settings.Group, _receivers);
        _receivers = null;
    }

    private void DropFromPeer(PeerMessage message) =>
        _filter.Drop(
            $"a {message.GetType().Name} of '{message.Origin.NodeId}' that did not come in by the router", _log,
            Context.System.Scheduler.MonotonicClock);

    /// <summary>The status of this member while its roles are not there, or do not answer.</summary>
    private LedgerStatus Silent(MemberRole role, string? problem) => StatusCollector.Silent(_environment, _members, role, problem, _filter.Dropped);

    private void Refuse(object message, RejectReason reason, MemberRole role, string? problem)
    {
        switch (message)
        {
            case GetStatus status:
                Sender.Tell(Silent(role, problem).WithRequestId(status.RequestId));
                break;
            case PeerMessage peer:
                DropFromPeer(peer);
                break;
            case StoreOpener.Opened or StoreOpener.OpenFailed or StoreOpener.Closed or StoreFailed:
                break; // of an earlier life, or at last and not waited for any more
            case HandedOver or Terminated or Undecodable or StatusCollector.Collected or StateMachineActor.AllAnswered or WaitedForAnswers:
                break;
            default:
                if (Refusal.Of(message, reason, null, problem) is { } refusal) Sender.Tell(refusal);
                else Unhandled(message);
                break;
        }
    }

    /// <summary>The member starts; only while there is none.</summary>
    internal sealed record Begin(NodeEnvironment Environment) : ILocalMessage;

    /// <summary>A clean stop: a leader hands over first. The parent gets <see cref="GroupStopped"/>, and there is no member any more.</summary>
    internal sealed record Stop : ILocalMessage;

    private sealed record WaitedEnough : ILocalMessage;

    private sealed record WaitedForAnswers : ILocalMessage;
}
