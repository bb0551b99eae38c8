using Akka.Dispatch;

namespace DLedger.Simulation;

/// <summary>Runs nothing: it hands what wants to run to the world, which decides when.</summary>
internal sealed class WorldDispatcher : MessageDispatcher
{
    private readonly SimNode _node;
    private readonly long _incarnation;

    public WorldDispatcher(MessageDispatcherConfigurator configurator, SimNode node)
        : base(configurator)
    {
        _node = node;
        _incarnation = node.Incarnation;
        // One message a step. The queue sees to it too (WorldMessageQueue): the deadline is by the real clock.
        Throughput = 1;
        ThroughputDeadlineTime = 1;
        Id = "world";
    }

    protected override void ExecuteTask(IRunnable run)
    {
        var queue = (run as Mailbox)?.MessageQueue as WorldMessageQueue;
        var path = queue?.Path ?? $"{_node.Id} {run.GetType().Name}";
        if (!_node.World.IsOwnThread(path)) return;
        _node.Enqueue(_incarnation, path, run, queue);
    }

    // The world outlives every dispatcher; there is no thread to end.
    protected override void Shutdown()
    {
    }
}
