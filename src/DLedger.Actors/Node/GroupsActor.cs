using Akka.Actor;
using Akka.Event;

namespace DLedger.Node;

/// <summary>
/// <c>/user/dledger</c>: starts, stops and finds the groups of this process, and answers client messages for groups that are not here, which reach it
/// as dead letters.
/// </summary>
internal sealed class GroupsActor : UntypedActor
{
    public const string Name = "dledger";

    /// <summary>The root of each group that was ever started: it stays for the next start.</summary>
    private readonly Dictionary<string, IActorRef> _nodes = [];
    private readonly HashSet<string> _running = [];
    private readonly Dictionary<string, List<IActorRef>> _stopAskers = [];
    private string _path = "";

    public static Props Props() =>
        Akka.Actor.Props.Create(() => new GroupsActor()).WithDeploy(Deploy.Local).WithDispatcher(NodeEnvironment.RoleDispatcher);

    // A node root decides about its roles itself; when it throws, that is a bug of ours: the group is gone, the others go on.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _path = Self.Path.ToStringWithoutAddress() + "/";
        Context.System.EventStream.Subscribe(Self, typeof(AllDeadLetters));
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
                if (_running.Contains(stop.Group)) StopNode(stop.Group);
                else Sender.Tell(new GroupStopped(stop.Group, new StopResult.NotRunning()));
                break;
            case GroupStopped stopped:
                Stopped(stopped);
                break;
            case Terminated dead:
                // A bug of ours, or the end of the whole system.
                var group = dead.ActorRef.Path.Name;
                _nodes.Remove(group);
                Stopped(new GroupStopped(group, new StopResult.Failed($"{_path}{group} ended before its member had stopped")));
                break;
            case AllDeadLetters letter:
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
        if (!_running.Add(group)) return new GroupRefused($"group {group} runs here already");
        if (!_nodes.TryGetValue(group, out var node))
        {
            _nodes.Add(group, node = Context.ActorOf(NodeActor.Props(), group));
            Context.Watch(node);
        }

        node.Tell(new NodeActor.Begin(environment));
        return new GroupStarted(node);
    }

    private void StopNode(string group)
    {
        if (!_stopAskers.TryGetValue(group, out var askers)) _stopAskers.Add(group, askers = []);
        askers.Add(Sender);
        _nodes[group].Tell(new NodeActor.Stop());
    }

    /// <summary>Answered only now: whoever asked may start the group again at once.</summary>
    private void Stopped(GroupStopped stopped)
    {
        _running.Remove(stopped.Group);
        if (!_stopAskers.Remove(stopped.Group, out var askers)) return;
        foreach (var asker in askers) asker.Tell(stopped);
    }

    private void AnswerDead(AllDeadLetters letter)
    {
        // Whom it was for is not told of a letter that is not to be logged. It can only be one of ours.
        if (letter.Message is IAnswerWhenDead waiting)
        {
            waiting.AnswerDead(Self);
            return;
        }

        var path = letter.Recipient.Path.ToStringWithoutAddress();
        if (!path.StartsWith(_path, StringComparison.Ordinal)) return;
        if (letter.Sender is null || letter.Sender.IsNobody()) return;
        var below = path[_path.Length..].Split('/');
        if (below.Length > 1)
        {
            // Below a node root only roles that are stopping lose messages.
            AbsentGroup.Answer(below[0], RejectReason.Stopping, letter.Message, letter.Sender);
        }
        else if (_nodes.TryGetValue(below[0], out var node) && !node.Equals(letter.Recipient))
        {
            // Sent to a reference that is older than the group's root, by whoever looked for it too early.
            node.Tell(letter.Message, letter.Sender);
        }
        else
        {
            AbsentGroup.Answer(below[0], RejectReason.NoSuchGroup, letter.Message, letter.Sender);
        }
    }

    /// <summary>Answered by <see cref="GroupStarted"/> or <see cref="GroupRefused"/>.</summary>
    internal sealed record StartGroup(NodeEnvironment Environment) : INoSerializationVerificationNeeded;

    internal sealed record GroupStarted(IActorRef Node) : INoSerializationVerificationNeeded;

    internal sealed record GroupRefused(string Reason) : INoSerializationVerificationNeeded;

    /// <summary>Answered by <see cref="GroupStopped"/>.</summary>
    internal sealed record StopGroup(string Group) : INoSerializationVerificationNeeded;
}
