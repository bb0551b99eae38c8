using Akka.Actor;
using Akka.Event;
using DLedger.Core;
using DLedger.Protocol;
using DLedger.Remoting;

namespace DLedger.Node;

/// <summary>
/// The root of a group's actors on this node, <c>/user/dledger/{group}</c>: starts and stops the roles together, supervises them, and routes what clients send. Not on the per-entry path
/// beyond one Forward. It stays when the member stops, for the next start: who has found it once, or whose remoting remembers it, reaches that one too. What is started again are the
/// roles, under names that no other had.
/// </summary>
/// <remarks>
/// <code>
///   Absent --Begin--> Opening --Opened--> Running --a role died--> Closing --Closed--> Opening (a few times at most) or Failed
///                        |                   |
///                        +--failed--> Failed +--Stop--> (hand over) --> Closing --> Absent
/// </code>
/// </remarks>
internal sealed class NodeActor : UntypedActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly PeerDoor _door = PeerDoor.Of(Context.System);
    private readonly List<TimeSpan> _restarts = [];
    private readonly HashSet<IActorRef> _roleActors = [];
    private NodeEnvironment _environment = null!;
    private Strangers _strangers = null!;
    private PeerReceivers? _receivers;
    private StoreEvents? _storeEvents;
    private ILogStore? _store;
    private IGroupLog? _groupLog;
    private Roles? _roles;
    private ReadRoom? _reads;
    private string? _failure;
    private bool _mayRestart;
    private bool _isStopping;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props() =>
        Akka.Actor.Props.Create(() => new NodeActor()).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher).WithMailbox(NodeEnvironment.NodeMailbox);

    protected override SupervisorStrategy SupervisorStrategy() => RoleSupervision.Strategy(RoleFailed);

    protected override void PreStart() => Become(Absent);

    protected override void PostStop()
    {
        Withdraw();
        // Reached without Stop only when the whole ActorSystem ends: its roles are gone by now, the store is not.
        if (_groupLog is null) return;
        _groupLog.Dispose();
        _store!.Dispose();
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void Absent(object message)
    {
        switch (message)
        {
            case Begin begin:
                _environment = begin.Environment;
                _strangers = new Strangers(_environment.Settings);
                _restarts.Clear();
                _isStopping = false;
                _environment.Network.Open();
                StartOpening();
                break;
            case Undecodable or PeerMessage:
                break;
            default:
                if (!AbsentGroup.Answer(Self.Path.Name, RejectReason.NoSuchGroup, message, Sender)) Unhandled(message);
                break;
        }
    }

    private void StartOpening()
    {
        _failure = null;
        _mayRestart = true;
        _storeEvents = new StoreEvents(Self);
        Become(Opening);
        Context.ActorOf(StoreOpener.Props()).Tell(new StoreOpener.Open(_environment, _storeEvents));
    }

    private void Opening(object message)
    {
        switch (message)
        {
            case StoreOpener.Opened opened:
                _store = opened.Store;
                _groupLog = opened.Log;
                if (_isStopping || _failure is not null) StartClosing();
                else StartRoles();
                break;
            case StoreOpener.OpenFailed failed:
                _failure ??= failed.Reason;
                if (_isStopping) Stopped();
                else Fail();
                break;
            case StoreFailed failed:
                _failure ??= failed.Reason;
                _mayRestart = false;
                break;
            case Stop:
                _isStopping = true;
                break;
            default:
                Refuse(message, RejectReason.Starting, "Starting", "the member is starting");
                break;
        }
    }

    private void StartRoles()
    {
        var settings = _environment.Settings;
        var origin = new Origin(settings.ClusterId, settings.Group, settings.Id, _store!.StoreId);
        var context = new RoleContext(_environment, origin, _groupLog!, _strangers);
        _reads = context.Reads;
        // Whoever still holds a role of an earlier life must not take it for one of this.
        var life = _door.NextLife();
        var dispatchers = settings.Members.Where(member => member.Id != settings.Id)
            .ToDictionary(member => member.Id, member => Role(EntryDispatcherActor.Props(context, member), $"dispatcher-{member.Id}-{life}"), StringComparer.Ordinal);
        _roles = new Roles(
            Role(ElectorActor.Props(context), $"elector-{life}"),
            Role(EntryHandlerActor.Props(context, _storeEvents!), $"entry-handler-{life}"),
            Role(QuorumAckCheckerActor.Props(context), $"quorum-ack-checker-{life}"),
            Role(ReaderActor.Props(context), $"reader-{life}"),
            [.. dispatchers.Values]);
        _log.Info("{0} of group {1} starts in term {2} with {3} entries in its log", settings.Id, settings.Group, _groupLog!.HardState.Loaded.Term, _groupLog.Writer.Tail.NextEntry);
        foreach (var role in _roles.Dispatchers) role.Tell(_roles);
        _roles.Reader.Tell(_roles);
        _roles.QuorumAckChecker.Tell(_roles);
        _roles.EntryHandler.Tell(_roles);
        _roles.Elector.Tell(_roles);
        _receivers = new PeerReceivers(_roles.Elector, _roles.EntryHandler, dispatchers);
        _door.Open(settings.Group, _receivers);
        Become(Running);
    }

    private IActorRef Role(Props props, string name)
    {
        var role = Context.ActorOf(props, name);
        Context.Watch(role);
        _roleActors.Add(role);
        return role;
    }

    private void Running(object message)
    {
        switch (message)
        {
            case Append or AppendMany:
                _roles!.EntryHandler.Forward(message);
                break;
            case Read { Mode: ReadMode.Local } or GetCommitPosition { Mode: ReadMode.Local }:
                ForwardLocalRead((DLedgerMessage)message);
                break;
            case Read or GetCommitPosition:
                _roles!.QuorumAckChecker.Forward(message);
                break;
            case TransferLeadership:
                _roles!.Elector.Forward(message);
                break;
            case GetStatus status:
                Context.ActorOf(StatusCollector.Props(_environment, _roles!, _strangers.Dropped, new Caller(Sender, status.RequestId)));
                break;
            case Undecodable undecodable:
                _strangers.Drop($"a message that cannot be read ({undecodable.Manifest}): {undecodable.Reason}", _log, Context.System.Scheduler.MonotonicClock);
                break;
            case PeerMessage peer:
                DropFromPeer(peer);
                break;
            case Stop:
                HandOverThenStop();
                break;
            case HandedOver:
                StartClosing();
                break;
            case StoreFailed failed:
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

    private void RoleFailed(Exception failure)
    {
        _log.Error(failure, "A role of group {0} failed", _environment.Settings.Group);
        _failure ??= Causes.Line(failure);
        _mayRestart &= RoleSupervision.MayRestart(failure);
    }

    private void ForwardLocalRead(DLedgerMessage question)
    {
        if (_reads!.TryEnter()) _roles!.Reader.Forward(question);
        else Sender.Tell(Refusal.Of(question, RejectReason.Busy, null, RoleActor.NoRoom(_reads)));
    }

    private void HandOverThenStop()
    {
        if (_isStopping) return;
        _isStopping = true;
        _roles!.Elector.Tell(new ElectorActor.HandOver());
    }

    private void StartClosing()
    {
        Withdraw();
        Become(Closing);
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
            case StoreOpener.Closed closed:
                if (closed.Error is not null) _failure ??= $"the store could not be closed: {closed.Error}";
                _groupLog = null;
                _store = null;
                _roles = null;
                AfterClosing();
                break;
            case StoreFailed failed:
                _failure ??= failed.Reason;
                _mayRestart = false;
                break;
            case Stop:
                _isStopping = true;
                break;
            default:
                Refuse(message, RejectReason.Stopping, "Stopping", _failure ?? "the member is stopping");
                break;
        }
    }

    private void CloseWhenAlone()
    {
        if (_roleActors.Count > 0) return;
        // SAFETY 5: outstanding I/O is awaited before anything starts again.
        Context.ActorOf(StoreOpener.Props()).Tell(new StoreOpener.Close(_store!, _groupLog!));
    }

    private void AfterClosing()
    {
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
                Refuse(message, RejectReason.Failed, "Failed", _failure);
                break;
        }
    }

    private void Stopped()
    {
        _environment.Network.Close();
        Become(Absent);
        Context.Parent.Tell(new GroupStopped(_environment.Settings.Group, _failure));
    }

    /// <summary>What peers say is for nobody here any more.</summary>
    private void Withdraw()
    {
        if (_receivers is not null) _door.Close(_environment.Settings.Group, _receivers);
        _receivers = null;
    }

    private void DropFromPeer(PeerMessage message) =>
        _strangers.Drop($"a {message.GetType().Name} of '{message.Origin.NodeId}' that did not come in by the door", _log, Context.System.Scheduler.MonotonicClock);

    private void Refuse(object message, RejectReason reason, string role, string? problem)
    {
        switch (message)
        {
            case GetStatus status:
                Sender.Tell(StatusCollector.Silent(_environment, role, problem, _strangers.Dropped) with { RequestId = status.RequestId });
                break;
            case PeerMessage peer:
                DropFromPeer(peer);
                break;
            case HandedOver or Terminated or Undecodable:
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
}
