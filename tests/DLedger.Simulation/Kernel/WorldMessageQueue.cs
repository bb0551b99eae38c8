using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Simulation;

/// <summary>
/// Hands out one message a step, so that what a step does never depends on the real clock (Akka looks at it to end a mailbox's turn), and lets
/// the world see what comes next.
/// </summary>
public sealed class WorldMessageQueue : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    private readonly LinkedList<Envelope> _envelopes = [];
    private bool _mayTake;

    internal WorldMessageQueue(string path) => Path = path;

    /// <summary>Node and actor.</summary>
    public string Path { get; }

    public bool HasMessages => _envelopes.Count > 0;

    public int Count => _envelopes.Count;

    internal object? Next => _envelopes.First?.Value.Message;

    internal void AllowOne() => _mayTake = true;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _envelopes.AddLast(envelope);

    public void EnqueueFirst(Envelope envelope) => _envelopes.AddFirst(envelope);

    public bool TryDequeue(out Envelope envelope)
    {
        envelope = default;
        if (!_mayTake || _envelopes.First is not { } first) return false;
        _mayTake = false;
        envelope = first.Value;
        _envelopes.RemoveFirst();
        return true;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        foreach (var envelope in _envelopes) deadletters.Enqueue(owner, envelope);
        _envelopes.Clear();
    }
}
