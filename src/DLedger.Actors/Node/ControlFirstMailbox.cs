using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace DLedger.Node;

/// <summary>A mailbox that hands out <see cref="IControl"/> messages first (SAFETY 30). Each kind keeps its own order.</summary>
internal sealed class ControlFirstMailbox : MailboxType, IProducesMessageQueue<ControlFirstMessageQueue>
{
    public ControlFirstMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new ControlFirstMessageQueue();
}
