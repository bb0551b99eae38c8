using Akka.Actor;
using Akka.Event;

namespace DLedger.Simulation;

/// <summary>Takes a node's log: into the trace, and errors also into <see cref="SimNode.Errors"/>.</summary>
internal sealed class LogRef : MinimalActorRef
{
    private readonly SimNode _node;

    public LogRef(SimNode node, ExtendedActorSystem system)
    {
        _node = node;
        Provider = system.Provider;
        Path = new RootActorPath(Address.AllSystems) / "simulation-log";
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is not LogEvent line) return;
        if (!_node.World.IsOwnThread($"log: {line.Message}")) return;
        var cause = line.Cause is null ? "" : $" ({line.Cause})";
        var text = $"{line.LogLevel()} {line.LogSource}: {line.Message}{cause}";
        _node.World.Trace.Note(_node.World.Now, _node.Id, text);
        if (line is not Error) return;
        _node.Errors.Add(text);
        _node.World.ErrorsLogged++;
    }
}
