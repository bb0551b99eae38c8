using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Node;

/// <summary>Two queues, the one with <see cref="IControl"/> messages first.</summary>
internal sealed class ControlFirstMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _control = new();
    private readonly ConcurrentQueue<Envelope> _others = new();

    public bool HasMessages => !_control.IsEmpty || !_others.IsEmpty;

    public int Count => _control.Count + _others.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => (envelope.Message is IControl ? _control : _others).Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _control.TryDequeue(out envelope) || _others.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope)) deadletters.Enqueue(owner, envelope);
    }
}
