using Akka.Actor;
using Akka.Event;

namespace DLedger.Node;

/// <summary>
/// <c>/user/dledger</c>: starts, stops and finds the groups of this process, and answers client messages for groups that are not here, which reach it as dead letters.
/// </summary>
internal sealed class GroupsActor : UntypedActor
{
    public const string Name = "dledger";

    private readonly Dictionary<string, IActorRef> _groups = [];
    private readonly Dictionary<string, List<IActorRef>> _stopAskers = [];
    private readonly Dictionary<string, string?> _problems = [];
    private string _path = "";

    public static Props Props() => Akka.Actor.Props.Create(() => new GroupsActor());

    // A node root decides about its roles itself; when it throws, that is a bug of ours: the group is gone, the others go on.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _path = Self.Path.ToStringWithoutAddress() + "/";
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StartGroup start:
                Sender.Tell(Start(start.Environment));
                break;
            case StopGroup stop:
                if (_groups.TryGetValue(stop.Group, out var node)) StopNode(stop.Group, node);
                else Sender.Tell(new GroupStopped(stop.Group, $"there is no group {stop.Group} here"));
                break;
            case GroupStopped stopped:
                _problems[stopped.Group] = stopped.Problem;
                break;
            case Terminated dead:
                foreach (var (group, actor) in _groups.ToArray())
                    if (actor.Equals(dead.ActorRef)) Forget(group);
                break;
            case DeadLetter letter:
                AnswerDead(letter);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private object Start(NodeEnvironment environment)
    {
        var group = environment.Settings.Group;
        if (_groups.ContainsKey(group)) return new GroupRefused($"group {group} runs here already");
        var node = Context.ActorOf(NodeActor.Props(environment), group);
        Context.Watch(node);
        _groups.Add(group, node);
        return new GroupStarted(node);
    }

    private void StopNode(string group, IActorRef node)
    {
        if (!_stopAskers.TryGetValue(group, out var askers)) _stopAskers.Add(group, askers = []);
        askers.Add(Sender);
        node.Tell(new NodeActor.Stop());
    }

    /// <summary>Answered only now: whoever asked may start the group again at once.</summary>
    private void Forget(string group)
    {
        _groups.Remove(group);
        _problems.Remove(group, out var problem);
        if (!_stopAskers.Remove(group, out var askers)) return;
        foreach (var asker in askers) asker.Tell(new GroupStopped(group, problem));
    }

    private void AnswerDead(DeadLetter letter)
    {
        var path = letter.Recipient.Path.ToStringWithoutAddress();
        if (!path.StartsWith(_path, StringComparison.Ordinal)) return;
        if (letter.Message is IAnswerWhenDead waiting)
        {
            waiting.AnswerDead(Self);
            return;
        }

        if (letter.Sender is null || letter.Sender.IsNobody()) return;
        // Below a node root only roles that are stopping lose messages; at its own level there is no such group.
        var group = path[_path.Length..].Split('/')[0];
        var reason = _groups.ContainsKey(group) ? RejectReason.Stopping : RejectReason.NoSuchGroup;
        var detail = reason == RejectReason.NoSuchGroup ? $"there is no group {group} on this node" : null;
        if (letter.Message is GetStatus status)
            letter.Sender.Tell(new LedgerStatus(group, "", "Stopped", 0, null, null, -1, -1, -1, -1, [], detail) { RequestId = status.RequestId });
        else if (Refusal.Of(letter.Message, reason, null, detail) is { } refusal)
            letter.Sender.Tell(refusal);
        // Else it is of the protocol: its senders repeat what matters.
    }

    /// <summary>Answered by <see cref="GroupStarted"/> or <see cref="GroupRefused"/>.</summary>
    internal sealed record StartGroup(NodeEnvironment Environment) : INoSerializationVerificationNeeded;

    internal sealed record GroupStarted(IActorRef Node) : INoSerializationVerificationNeeded;

    internal sealed record GroupRefused(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Answered by <see cref="GroupStopped"/>.</summary>
    internal sealed record StopGroup(string Group) : INoSerializationVerificationNeeded;
}
