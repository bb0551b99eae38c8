using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Simulation;

/// <summary>
/// Hands out one message a step, so that what a step does never depends on the real clock (Akka looks at it to end a mailbox's turn), and notes each
/// in the world's trace. Which one comes next is up to the queue inside.
/// </summary>
internal sealed class WorldMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly World _world;
    private readonly IMessageQueue _inner;
    private bool _mayTake;

    internal WorldMessageQueue(World world, string path, IMessageQueue inner)
    {
        _world = world;
        _inner = inner;
        Path = path;
    }

    /// <summary>Node and actor.</summary>
    public string Path { get; }

    public bool HasMessages => _inner.HasMessages;

    public int Count => _inner.Count;

    /// <summary>Whether the message of this step was taken; if not, the step was a system message only.</summary>
    internal bool HasTaken => !_mayTake;

    internal void AllowOne() => _mayTake = true;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _inner.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => ((IDequeBasedMessageQueueSemantics)_inner).EnqueueFirst(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        if (!_mayTake || !_inner.TryDequeue(out envelope)) return false;
        _mayTake = false;
        _world.Trace.Step(_world.Now, Path, envelope.Message);
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters) => _inner.CleanUp(owner, deadletters);
}
